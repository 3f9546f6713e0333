"""A person with everything that decides what the person still needs, in one round trip."""

from __future__ import annotations

from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import Holdings, VoiceProfile
from bot.graph.batch import read_together
from bot.graph.errors import NotFound, read_failure
from bot.graph.licences import LICENCE_FIELDS, parse_enabled_plans, parse_has_mailbox, parse_licences
from bot.graph.numbers import held_call, parse_numbers
from bot.graph.odata import below, with_query
from bot.graph.people import PERSON_FIELDS, membership_call, membership_of, parse_person
from bot.graph.transport import Transport
from bot.graph.voice import parse_voice_profile, voice_call
from bot.graph.wire import Answer, Call, entity, items

__all__ = ["holdings"]


_OWN_LINES = (NumberType.DIRECT_ROUTING, NumberType.OPERATOR_CONNECT)


async def holdings(
    graph: Transport,
    user_id: str,
    *,
    own_pstn_group: str | None = None,
    own_line: NumberType = NumberType.DIRECT_ROUTING,
) -> Holdings:
    """The user with licences, effective plans, Teams profile and numbers, read together and never cached.

    Raises `NotFound` when there is no such user. Members of `own_pstn_group`, and whoever holds a Direct
    Routing or Operator Connect number, call over the organisation's own carrier (R06); `own_line` is the
    kind of number of who holds none yet.
    """
    calls = [_user_call(user_id), voice_call(user_id), held_call(user_id)]
    if own_pstn_group:
        calls.append(membership_call(user_id, [own_pstn_group]))
    answers = await read_together(graph, calls)
    user = entity(_success(answers[0]))
    numbers = parse_numbers(items(_success(answers[2])))
    held = _own_line(numbers)
    return Holdings(
        person=parse_person(user),
        licences=parse_licences(user),
        enabled_plans=parse_enabled_plans(user),
        voice=_voice(answers[1]),
        numbers=numbers,
        own_pstn=held is not None or any(membership_of(_success(each)) for each in answers[3:]),
        own_line=held or own_line,
        has_mailbox=parse_has_mailbox(user),
    )


def _user_call(user_id: str) -> Call:
    path = below("/users/{user}", user=user_id)
    return Call("GET", with_query(path, {"$select": f"{PERSON_FIELDS},{LICENCE_FIELDS}"}))


def _success(answer: Answer) -> Answer:
    if not answer.succeeded:
        raise read_failure(answer)
    return answer


def _voice(answer: Answer) -> VoiceProfile | None:
    try:
        return parse_voice_profile(entity(_success(answer)))
    except NotFound:
        return None


def _own_line(numbers: tuple[PhoneNumber, ...]) -> NumberType | None:
    return next((one.number_type for one in numbers if one.number_type in _OWN_LINES), None)

"""What time does to an open stage: reminders, escalation, expiry, each once, however late we look.

Moments are fixed when the stage opens, in working time. Whoever looks later than a moment after something
was due was not there to be answered either: what has not happened yet moves back by the working time that was
missed, so that nobody loses the time the policy gives him. Nothing happens outside working hours; a service
that comes back on a Sunday goes on on Monday.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.approval.stages import Event, ResolvedStage
from bot.domain.calendar import between, is_open, later, next_open, plus
from bot.domain.errors import Bug
from bot.domain.policy import SilenceAction
from bot.domain.values import Instant

__all__ = [
    "LOOK_EVERY",
    "due_event",
    "handled",
    "look_due",
    "looked",
    "next_moment",
    "opened",
    "unseen",
    "upcoming",
]

LOOK_EVERY = timedelta(days=1)
"""How often the people of an open stage are looked up again: who has left, who is absent (J13b)."""
_AGAIN = timedelta(minutes=15)
"""When to look again where the directory could not be asked."""
_PUNCTUAL = timedelta(hours=1)
"""A replica that takes over, or a busy one, is not an outage."""


def opened(stage: ResolvedStage, now: Instant) -> ResolvedStage:
    """The stage once its people are asked: everything that silence does gets its moment."""
    return stage.model_copy(
        update={
            "opened_at": now,
            "events": tuple(
                Event(at=plus(now, silence.after, stage.hours), silence=silence)
                for silence in stage.spec.silence
            ),
            "look_at": now + LOOK_EVERY,
            "reminded": 0,
        }
    )


def due_event(stage: ResolvedStage, now: Instant) -> int | None:
    """Which of the stage's events should have happened by `now` and has not, the earliest first.

    None outside working hours: `next_moment` then names when they begin.
    """
    waiting = [index for index, event in enumerate(stage.events) if not event.handled and event.at <= now]
    if not waiting or not is_open(now, stage.hours):
        return None
    return min(waiting, key=lambda index: (stage.events[index].at, index))


def handled(stage: ResolvedStage, index: int, now: Instant) -> ResolvedStage:
    """The stage once the event at `index` has happened, at `now`."""
    event = stage.events[index]
    late = between(event.at, now, stage.hours)
    pushed = late if late > _PUNCTUAL else timedelta()
    reminder = event.silence.do is SilenceAction.REMIND
    events = [_pushed(one, pushed, stage) for one in stage.events]
    events[index] = event.model_copy(update={"handled": True, "handled_at": now})
    return stage.model_copy(update={"events": tuple(events), "reminded": stage.reminded + reminder})


def _pushed(event: Event, by: timedelta, stage: ResolvedStage) -> Event:
    if event.handled or not by:
        return event
    return event.model_copy(update={"at": later(event.at, by, stage.hours)})


def look_due(stage: ResolvedStage, now: Instant) -> bool:
    """Whether the people of an open stage are to be looked up again."""
    moments = [at for at in (stage.look_at, stage.changes_at) if at is not None]
    return not moments or min(moments) <= now


def looked(stage: ResolvedStage, now: Instant) -> ResolvedStage:
    """The stage once its people have been looked up."""
    return stage.model_copy(update={"look_at": now + LOOK_EVERY})


def unseen(stage: ResolvedStage, now: Instant) -> ResolvedStage:
    """The stage when the directory could not be asked about its people."""
    return stage.model_copy(update={"look_at": now + _AGAIN, "changes_at": None})


def upcoming(stage: ResolvedStage) -> tuple[Event, ...]:
    """What will happen to an open stage if nobody answers, the next thing first."""
    return tuple(sorted((one for one in stage.events if not one.handled), key=lambda one: one.at))


def next_moment(stage: ResolvedStage, now: Instant) -> Instant:
    """When to come back to an open stage. There always is such a moment, or a request would be forgotten.

    Raises `Bug` for a stage that was never opened.
    """
    moments = [event.at for event in stage.events if not event.handled]
    due = next_open(now, stage.hours)
    # What is due already waits for working hours; what is not falls into them anyway.
    moments = [max(at, due) if at <= now else at for at in moments]
    moments.extend(look for look in (stage.look_at, stage.changes_at) if look is not None)
    if not moments:
        raise Bug("nothing will ever happen to a stage that is open")
    return min(moments)

"""What time does to an open stage: reminders, escalation, expiry, each once, however late we look.

Whoever looks later than a moment after something was due was not there to be answered either: what has
not happened yet moves back by as much, so that nobody loses the time the policy gives him.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.approval.stages import Event, ResolvedStage
from bot.domain.calendar import plus
from bot.domain.policy import SilenceAction
from bot.domain.values import Instant

__all__ = ["LOOK_EVERY", "due_event", "handled", "looked", "next_moment", "opened"]

LOOK_EVERY = timedelta(days=1)
"""How often the people of an open stage are looked up again: who has left, who is absent (J13b)."""
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


def due_event(stage: ResolvedStage, now: Instant) -> Event | None:
    """The first thing that should have happened by `now` and has not."""
    waiting = [event for event in stage.events if not event.handled and event.at <= now]
    return min(waiting, key=lambda event: event.at, default=None)


def handled(stage: ResolvedStage, event: Event, now: Instant) -> ResolvedStage:
    """The stage once `event` has happened, at `now`."""
    late = now - event.at
    pushed = late if late > _PUNCTUAL else timedelta()
    reminder = event.silence.do is SilenceAction.REMIND
    return stage.model_copy(
        update={
            "events": tuple(_after(one, event, pushed) for one in stage.events),
            "reminded": stage.reminded + reminder,
        }
    )


def _after(one: Event, happened: Event, pushed: timedelta) -> Event:
    if one == happened:
        return one.model_copy(update={"handled": True})
    return one if one.handled else one.model_copy(update={"at": one.at + pushed})


def looked(stage: ResolvedStage, now: Instant) -> ResolvedStage:
    """The stage once its people have been looked up."""
    return stage.model_copy(update={"look_at": now + LOOK_EVERY})


def next_moment(stage: ResolvedStage) -> Instant | None:
    """When to come back to an open stage; None only when nothing is left to happen."""
    moments = [event.at for event in stage.events if not event.handled]
    if not moments:
        return None
    return min(moments if stage.look_at is None else [*moments, stage.look_at])

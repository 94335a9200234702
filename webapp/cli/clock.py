"""`luzhi clock`: the demonstration's clock. A real system has none to move."""

import re
from datetime import datetime, timedelta

import click

from engine.clock import BUSINESS_ZONE, VirtualClock, in_business_zone
from engine.programme.demo import go_on
from engine.settings import Settings
from engine.shifted_clock import ShiftedClock, next_wake, walk
from engine.worker import drain
from webapp.cli import console, opened
from webapp.cli.rehearse import progress_bar
from webapp.settings import WebSettings

_STEP = re.compile(r"(?P<count>\d+)(?P<unit>[hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


@click.group()
def clock() -> None:
    """Show or move the demonstration's clock (only where LUZHI_DEMO is on).

    Timers that fall due on the way fire in order, each at its own instant.
    """
    if not WebSettings().demo:
        raise click.ClickException(
            "只有演示系统可以调整时钟（LUZHI_DEMO=1）。Only a demonstration has a clock to move."
        )


@clock.command()
def show() -> None:
    """Print the present instant and the next deadline."""
    runtime = opened()
    now = ShiftedClock(runtime.engine).now()
    upcoming = next_wake(runtime)
    console.print(
        f"now   {now:%Y-%m-%d %H:%M}\nnext  {upcoming:%Y-%m-%d %H:%M}"
        if upcoming
        else f"now   {now:%Y-%m-%d %H:%M}"
    )


PEOPLE = click.option(
    "--people",
    is_flag=True,
    help="The invented people do their work on the way; a visitor's own cases wait for him.",
)


@clock.command()
@click.argument("step", default="1d")
@PEOPLE
def advance(step: str, people: bool) -> None:
    """Move forward by STEP: 6h, 1d, 2w, or `next` for the next deadline."""
    runtime = opened()
    now = ShiftedClock(runtime.engine).now()
    if step == "next":
        upcoming = next_wake(runtime)
        if upcoming is None:
            raise click.ClickException("nothing is waiting for a time")
        move(max(upcoming, now), people)
        return
    match = _STEP.fullmatch(step)
    if match is None:
        raise click.BadParameter("write 6h, 1d, 2w or next", param_hint="STEP")
    move(now + timedelta(hours=int(match["count"]) * _HOURS[match["unit"]]), people)


@clock.command("set")
@click.argument("instant", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]))
@PEOPLE
def set_(instant: datetime, people: bool) -> None:
    """Move to INSTANT (business time zone), e.g. 2026-01-02. The clock never goes back: deadlines do not either."""
    move(instant.replace(tzinfo=BUSINESS_ZONE), people)


def move(to: datetime, people: bool = False) -> None:
    """Walk the demonstration to an instant and keep it there. Raises ClickException for one that has passed."""
    runtime = opened()
    shifted = ShiftedClock(runtime.engine)
    now = shifted.now()
    if to < now:
        raise click.ClickException(f"{in_business_zone(to):%Y-%m-%d %H:%M} is in the past")
    if people:
        _with_people(runtime.settings, to)
        return
    runtime.clock = virtual = VirtualClock(now)
    done = walk(runtime, virtual, to, drain)
    shifted.set(to, "demo")
    console.print(f"now   {to:%Y-%m-%d %H:%M}, {done} timers and jobs done")


def _with_people(settings: Settings, to: datetime) -> None:
    with progress_bar("演示数据 demo data") as bar:
        missed = go_on(settings, to, bar)
    for problem in missed:
        console.print(f"[red]{problem}[/red]")
    console.print(f"now   {to:%Y-%m-%d %H:%M}")


COMMANDS = [clock]

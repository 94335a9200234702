"""`luzhi feel`: evaluate one FEEL expression."""

from pathlib import Path

import click

from engine import feel
from engine.clock import SystemClock
from engine.settings import project_root
from engine.store import json
from engine.workdays import WorkCalendar, feel_functions


@click.command("feel")
@click.argument("expression")
@click.option("--context", default="{}", help="Variables as a JSON object, or @FILE.")
def evaluate(expression: str, context: str) -> None:
    """Evaluate EXPRESSION (FEEL) and print the result as JSON.

    \b
    luzhi feel '1/3'
    luzhi feel 'workdays after(date("2024-09-30"), 5)'
    luzhi feel 'count(scores[item >= 60])' --context '{"scores": [59, 60, 88]}'

    What evaluates to null for a reason says the reason on stderr.
    """
    text = Path(context[1:]).read_text(encoding="utf-8") if context.startswith("@") else context
    try:
        variables = json.loads(text)
    except ValueError as error:
        raise click.BadParameter(f"not a JSON object: {error}", param_hint="--context") from error
    if not isinstance(variables, dict):
        raise click.BadParameter("not a JSON object", param_hint="--context")
    warnings: list[str] = []
    functions = feel_functions(WorkCalendar.load(project_root() / "processes" / "calendar"))
    parsed = feel.parse(expression.removeprefix("="), names=variables)
    value = parsed.evaluate(
        feel.from_json(variables), clock=SystemClock(), functions=functions, warnings=warnings
    )
    click.echo(json.dumps(feel.to_json(value)))
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)


COMMANDS = [evaluate]

"""One case of a replay: the path that it took beside the path that it would take, on the diagram and as lists."""

from flask import render_template

from engine.errors import NotFound
from engine.store.instances import Instance
from engine.store.trials import REPLAY
from engine.studio.rules import Rules
from engine.studio.trying.failures import Failure, of_refusal
from engine.studio.trying.histories import NotRetold, path, retold
from engine.studio.trying.replays import parting
from engine.studio.trying.runs import files_of
from engine.studio.trying.scenarios import run as play
from engine.studio.trying.scenarios import without_values
from webapp import access
from webapp.access import rule
from webapp.names import process_names
from webapp.shared import reading, runtime
from webapp.studio import coverage_pages, running, tried
from webapp.studio.blueprint import blueprint
from webapp.studio.trying import change_of


@blueprint.get("/runs/<int:run>/cases/<int:case>")
@rule("definition.deploy")
def replayed_case(run: int, case: int) -> str:
    """Both paths of a case; its answers and people are not shown. Raises NotFound."""
    access.require("definition.deploy")
    with reading() as session:
        row = running.run_of(session, run)
        instance = session.get(Instance, case)
        if row.what != REPLAY or instance is None or instance.process_id != row.process_id:
            raise NotFound(what_zh="这个案件", what_en="This case")
        files = files_of(session, row.change_id)
        rules, rt = Rules.of(files), runtime()
        rt.definitions.refresh(session)
        took, would, reasons = list[str](), list[str](), tuple[Failure, ...]()
        try:
            story = retold(session, rt.definitions, case)
            outcome = play(story, rules, rt.functions)
            took, reasons = list(story.expect["path"]), without_values(outcome)
            would = path(outcome.trial.events) if outcome.trial is not None else []
        except NotRetold as refused:
            reasons = (of_refusal(refused),)
        both = dict.fromkeys({*took} & {*would}, "done")
        states = dict.fromkeys(took, "changed") | dict.fromkeys(would, "now") | both
        return render_template(
            "studio/replayed_case.html",
            run=row,
            change=change_of(session, row.change_id),
            key=instance.business_key or str(case),
            took=took,
            would=would,
            parted=parting(took, would),
            reasons=reasons,
            names=coverage_pages.names(rules, row.process_id),
            process=process_names(session, [row.process_id])[row.process_id],
            drawing=tried.drawn(files, rules, row.process_id, states),
        )

"""All addresses of the inbox in one place."""

from flask import Blueprint, abort, render_template, request

from engine.programme.subjects import subjects
from webapp.access import actor, asked_for_each, rule
from webapp.inbox import query as inbox
from webapp.names import process_names, step_names
from webapp.paging import SIZE, Page, page_number
from webapp.shared import now, reading

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox", defaults={"tab": inbox.MINE})
@blueprint.get("/inbox/<tab>")
@rule("task.read")
def listing(tab: str) -> str:
    """One tab of the inbox; filters and page number stand in the address."""
    if tab not in inbox.TABS:
        abort(404)
    filters = inbox.Filters(
        request.args.get("process", ""), request.args.get("step", ""), request.args.get("due", "")
    )
    number = page_number()
    with reading() as session:
        tasks = {name: inbox.facts(actor(), name) for name in inbox.TABS}
        processes, steps = inbox.choices(session, tasks[tab])
        counts = {
            name: inbox.count(session, tasks[name], inbox.Filters(), now())
            for name in inbox.TABS
            if name != tab
        }
        counts[tab] = sum(choice.count for choice in processes)
        total = (
            counts[tab] if filters == inbox.Filters() else inbox.count(session, tasks[tab], filters, now())
        )
        rows = inbox.page(session, actor(), tab, filters, now(), (number - 1) * SIZE, SIZE)
        names = process_names(session, {row.process_id for row in rows} | {c.value for c in processes})
        english = step_names(session)
        about = subjects(session, [row.business_key for row in rows])
    asked_for_each("task.read")
    return render_template(
        "inbox/list.html",
        tab=tab,
        tabs=[(name, inbox.tab_name(name), counts[name]) for name in inbox.TABS],
        filters=filters,
        processes=processes,
        steps=steps,
        names=names,
        step_names=english,
        rows=rows,
        about=about,
        page=Page(number, total),
    )

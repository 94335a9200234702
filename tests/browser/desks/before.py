"""What an official does on a desk before the form at its end is filled in: the desk's own buttons and keys."""

from engine.store.tasks import UserTask
from tests.browser.desks.play import Body, Look, Play
from tests.browser.journey.person import PATIENCE


def draw(play: Play, task: UserTask, body: Body) -> None:
    """The seed is announced first; then everybody sees the table of experts, which is confirmed with a witness."""
    page = play.person.page
    page.locator("#announce-seed").fill(body["seed"])
    play.person.press("公布种子并抽取")
    page.get_by_role("heading", name="已公布的种子").wait_for(timeout=PATIENCE)
    play.person.look("annual_cycle draw 分配表")


def expert_sheet(play: Play, task: UserTask, body: Body) -> None:
    """Nothing of the application is seen before the declaration; after it, the file stands beside the sheet."""
    page = play.person.page
    assert page.locator("#score-document").count() == 0
    play.person.press("声明无利害关系，打开材料")
    page.locator("#score-document").wait_for(timeout=PATIENCE)
    play.person.look("application expert_sheet 材料和评分表")


BEFORE: dict[str, Look] = {"annual_cycle/draw": draw, "application/expert_sheet": expert_sheet}

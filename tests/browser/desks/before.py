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


def meeting_results(play: Play, task: UserTask, body: Body) -> None:
    """Nothing is decided beforehand; one button, by keyboard, passes what was proposed, and the totals follow."""
    page = play.person.page
    assert page.locator("[data-result-row] input[type=radio]:checked").count() == 0
    page.get_by_role("button", name="其余各项均按审核意见通过").focus()
    page.keyboard.press("Enter")
    passed = page.locator("[data-result-row] input[type=radio][value=PASS]:checked").count()
    assert passed == page.locator("[data-result-row]").count() > 0
    counted = page.locator("[data-total=PASS]").all_inner_texts()
    assert sum(int(each) for each in counted) == passed


BEFORE: dict[str, Look] = {
    "annual_cycle/draw": draw,
    "application/expert_sheet": expert_sheet,
    "annual_cycle/meeting_results": meeting_results,
}

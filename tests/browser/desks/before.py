"""What an official does on a desk before the form at its end is filled in: the desk's own buttons and keys."""

from playwright.sync_api import expect

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


def rank(play: Play, task: UserTask, body: Body) -> None:
    """A row is listed by a typed number, dragged below the line, and listed again by its button: the quota follows."""
    page = play.person.page
    id = page.locator("[data-rank]").first.get_attribute("id")
    row = page.locator(f"[data-rank-row]:has(#{id})")
    board = page.locator(f"[data-rank-board]:has(#{id})")
    box, below = page.locator(f"#{id}"), board.locator("[data-rank-list=out]")
    box.fill("1")
    box.press("Tab")
    expect(board.locator("[data-rank-list=in]").locator(f"#{id}")).to_have_value("1")
    used = page.locator("[data-quota-total]").inner_text()
    row.locator("[data-rank-handle]").hover()
    page.mouse.down()
    below.hover()
    page.mouse.up()
    expect(below.locator(f"#{id}")).to_have_value("")
    assert page.locator("[data-quota-total]").inner_text() != used
    row.locator("[data-rank-move=swap]").click()
    expect(board.locator("[data-rank-list=in]").locator(f"#{id}")).not_to_have_value("")
    assert page.locator("[data-quota-total]").inner_text() == used


def expert_sheet(play: Play, task: UserTask, body: Body) -> None:
    """Nothing of the application is seen before the declaration; after it, the file stands beside the sheet.

    The divider between both follows the keys.
    """
    page = play.person.page
    assert page.locator("#score-document").count() == 0
    play.person.press("声明无利害关系，打开材料")
    page.locator("#score-document").wait_for(timeout=PATIENCE)
    play.person.look("application expert_sheet 材料和评分表")
    divider = page.locator("[data-divider]")
    divider.press("ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "60")
    divider.press("ArrowLeft")
    expect(divider).to_have_attribute("aria-valuenow", "55")


def meeting_results(play: Play, task: UserTask, body: Body) -> None:
    """Nothing is decided beforehand; a digit decides an item, one button the others, and the totals follow."""
    page = play.person.page
    assert page.locator("[data-result-row] input[type=radio]:checked").count() == 0
    row = page.locator("[data-result-row]").first
    for key, result in (("3", "RETURN"), ("2", "FAIL"), ("1", "PASS")):
        row.focus()
        page.keyboard.press(key)
        expect(row.locator(f"input[type=radio][value={result}]")).to_be_checked()
        expect(page.locator(f"[data-total={result}]").first).to_have_text("1")
    page.get_by_role("button", name="其余各项均按审核意见通过").focus()
    page.keyboard.press("Enter")
    passed = page.locator("[data-result-row] input[type=radio][value=PASS]:checked").count()
    assert passed == page.locator("[data-result-row]").count() > 0
    counted = page.locator("[data-total=PASS]").all_inner_texts()
    assert sum(int(each) for each in counted) == passed


BEFORE: dict[str, Look] = {
    "annual_cycle/draw": draw,
    "recommendation/rank": rank,
    "application/expert_sheet": expert_sheet,
    "annual_cycle/meeting_results": meeting_results,
}

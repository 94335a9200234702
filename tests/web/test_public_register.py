"""The register as on any day, its codes and sheets; renamings and revocations; open data, feeds, map, guide."""

import csv
import io
import xml.etree.ElementTree as ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.printing import qr_png
from engine.programme.guide import GuideInvalid, guide
from engine.programme.public.datasets import DATASETS
from engine.programme.titles.models import Title
from engine.runtime import Runtime
from engine.settings import ROOT
from engine.store import json
from engine.workbooks import safe
from tests.support import pdf_text
from tests.web import world
from tests.web.lives import add_lives
from tests.web.test_public import set_time, text_of

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def lives(runtime: Runtime) -> Runtime:
    """Three titles of 2023 and what became of them."""
    world.add_titles(runtime)
    add_lives(runtime)
    return runtime


def test_a_title_is_shown_as_on_the_day_that_is_asked_for(client: FlaskClient, lives: Runtime) -> None:
    before = text_of(client, "/register/2023-F-0001?on=2024-02-29")
    assert '<p class="lede">老字号机械厂 （现名 示例装备1有限公司）' in before
    assert "已更名</span>" not in before
    after = text_of(client, "/register/2023-F-0001?on=2024-03-01")
    assert '<p class="lede">示例装备1有限公司</p>' in after
    assert "已更名</span>" in after
    assert "尚未公布</span>" in text_of(client, "/register/2023-F-0001?on=2023-11-19")


def test_a_revoked_title_was_valid_until_the_day_of_the_decision(client: FlaskClient, lives: Runtime) -> None:
    assert 'tag-green">有效<' in text_of(client, "/register/2023-F-0003?on=2024-03-31")
    page = text_of(client, "/register/2023-F-0003?on=2024-04-01")
    assert 'tag-red">已撤销<' in page
    assert "鲁工信装〔2024〕30号" in page
    assert "拟撤销" not in text_of(client, "/register/2023-F-0003")  # that it was considered is not public


def test_rectification_is_shown_from_its_day_on_and_still_counts(client: FlaskClient, lives: Runtime) -> None:
    assert "有效（整改中）</span>" not in text_of(client, "/register/2023-F-0002?on=2024-01-31")
    assert "有效（整改中）</span>" in text_of(client, "/register/2023-F-0002?on=2024-02-01")
    assert "2023-F-0002" in text_of(client, "/register?state=valid")


def test_one_that_is_void_from_the_start_never_counted(client: FlaskClient, lives: Runtime) -> None:
    with lives.transaction() as tx:
        tx.session.scalars(select(Title).where(Title.title_no == "2023-F-0003")).one().from_the_start = True
    assert 'tag-red">已撤销<' in text_of(client, "/register/2023-F-0003?on=2023-12-31")
    assert "2023-F-0003" not in text_of(client, "/register?state=valid&on=2023-12-31")


def test_the_search_knows_states_and_days(client: FlaskClient, lives: Runtime) -> None:
    ended = text_of(client, "/register?state=ended")
    assert "2023-F-0003" in ended
    assert "2023-F-0001" not in ended
    assert "2023-F-0003" in text_of(client, "/register?state=valid&on=2024-03-31")
    assert "2023-F-0001</a>" in text_of(client, "/register?state=renamed")
    assert "没有符合条件的称号" in text_of(client, "/register?on=2023-01-01")
    assert "不是日期" in text_of(client, "/register?on=2024-13-45")
    assert client.get("/register?state=secret").status_code == 404


def test_the_code_of_a_title_leads_to_its_check(client: FlaskClient, lives: Runtime) -> None:
    picture = client.get("/register/2023-F-0001/qr.png")
    assert picture.mimetype == "image/png"
    assert picture.get_data() == qr_png("http://127.0.0.1:8000/register/2023-F-0001")
    assert client.get("/register/2023-F-9999/qr.png").status_code == 404


def test_the_sheet_of_a_title_prints_its_present_state(client: FlaskClient, lives: Runtime) -> None:
    text = "".join(pdf_text.pages(client.get("/register/2023-F-0003/sheet.pdf").get_data()))
    assert "已撤销" in text
    assert "http://127.0.0.1:8000/register/2023-F-0003" in text
    text = "".join(pdf_text.pages(client.get("/register/2023-F-0001/sheet.pdf").get_data()))
    assert "有效，企业已更名" in text


def test_renamings_and_revocations_are_announced_without_the_case(
    client: FlaskClient, lives: Runtime
) -> None:
    assert "关于同意更名的通知" in text_of(client, "/renamings")
    page = text_of(client, "/renamings/1")
    for words in ("老字号机械厂", "示例装备1有限公司", "2023-F-0001"):
        assert words in page
    assert "关于撤销称号的决定" in text_of(client, "/revocations")
    page = text_of(client, "/revocations/2")
    assert "第十一条第（四）项：发生重大环保、安全、质量事故" in page
    for words in ("内部线索不公开", "事故细节不公开", "CX-2024-0001"):
        assert words not in page
    for other in ("/renamings/2", "/revocations/1", "/renamings/3", "/revocations/99"):
        assert client.get(other).status_code == 404


def test_the_list_of_valid_titles_has_no_revoked_one(client: FlaskClient, lives: Runtime) -> None:
    """I18; and on an earlier day it is what it was then."""
    today = client.get("/data/titles.json").get_json()
    assert [row["title_no"] for row in today["rows"]] == ["2023-F-0001", "2023-F-0002"]
    assert [row["state"] for row in today["rows"]] == ["ACTIVE", "RECTIFYING"]
    then = client.get("/data/titles.json?on=2024-02-15").get_json()
    assert then["rows"][0]["holder"] == "老字号机械厂"
    assert len(then["rows"]) == 3
    changes = client.get("/data/changes.json").get_json()["rows"]
    assert [(row["change"], row["title_no"]) for row in changes] == [
        ("RENAMED", "2023-F-0001"),
        ("REVOKED", "2023-F-0003"),
    ]


@pytest.mark.parametrize("dataset", sorted(DATASETS))
def test_every_data_set_has_the_fields_of_its_dictionary(
    client: FlaskClient, lives: Runtime, dataset: str
) -> None:
    world.add_announcement(lives)
    names = [column.name for column in DATASETS[dataset].columns]
    sheet = client.get(f"/data/{dataset}.csv")
    assert sheet.get_data().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(sheet.get_data().decode("utf-8-sig"))))
    assert rows[0] == names
    assert len(rows) > 1
    given = client.get(f"/data/{dataset}.json").get_json()
    assert [field["name"] for field in given["fields"]] == names
    assert all(list(row) and set(row) == set(names) for row in given["rows"])
    assert given["licence"] == "CC-BY-4.0"
    described = client.get("/data/dictionary.json").get_json()["datasets"]
    assert dataset in [d["dataset"] for d in described]
    page = text_of(client, "/data")
    assert all(f"<code>{name}</code>" in page for name in names)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_a_cell_is_never_a_formula(client: FlaskClient, runtime: Runtime, text: str) -> None:
    assert safe(text) == "'" + text
    world.add_announcement(runtime, [text])
    rows = list(
        csv.reader(
            io.StringIO(client.get("/data/announcements.csv").get_data().decode("utf-8-sig"), newline="")
        )
    )
    assert rows[1][6] == "'" + text


def test_what_is_no_data_set_is_not_found(client: FlaskClient) -> None:
    for address in ("/data/accounts.csv", "/data/titles.xlsx", "/data/titles.csv?on=yesterday"):
        assert client.get(address).status_code == 404


def test_feeds_are_valid_atom_with_ids_that_stay(client: FlaskClient, lives: Runtime) -> None:
    world.add_measure(lives)
    world.add_cycle(lives)
    world.add_announcement(lives, [world.HOSTILE])
    root = ElementTree.fromstring(client.get("/feed.atom").get_data())  # noqa: S314 - our own answer
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 5
    for parent in (root, *entries):
        for name in ("id", "title", "updated", "link"):
            assert parent.find(f"{ATOM}{name}") is not None, name
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == 5
    assert "tag:127.0.0.1,2022:announcement/1" in ids
    links = [entry.find(f"{ATOM}link").get("href") for entry in entries]  # type: ignore[union-attr]
    assert all(str(link).startswith("http://127.0.0.1:8000/") for link in links)
    again = client.get("/feed.atom").get_data()
    set_time(lives, 2024, 9, 1)
    assert client.get("/feed.atom").get_data() == again
    for kind in ("notices", "announcements", "results", "renamings", "revocations"):
        one = ElementTree.fromstring(client.get(f"/feeds/{kind}.atom").get_data())  # noqa: S314
        assert len(one.findall(f"{ATOM}entry")) == 1, kind
    assert client.get("/feeds/objections.atom").status_code == 404


def test_the_map_of_the_site_leads_to_pages_that_exist(client: FlaskClient, lives: Runtime) -> None:
    world.add_announcement(lives)
    root = ElementTree.fromstring(client.get("/sitemap.xml").get_data())  # noqa: S314
    addresses = [str(node.text) for node in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert "http://127.0.0.1:8000/register/2023-F-0001" in addresses
    for address in addresses:
        assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200, address
    robots = text_of(client, "/robots.txt")
    assert "Disallow: /verify" in robots
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in robots


def test_the_guide_says_where_each_line_comes_from_and_whom_to_ask(
    client: FlaskClient, runtime: Runtime
) -> None:
    world.add_measure(runtime)
    with runtime.transaction() as tx:
        from engine.store.people import Organisation

        tx.session.get_one(Organisation, "370102").phone = "0531-11112222"
    page = text_of(client, "/guide")
    for words in (
        "申报条件",
        "办理步骤和时限",
        "常见问题",
        "第五条（一）",
        "推定",
        "本系统设定",
        "历下区",
        "0531-11112222",
    ):
        assert words in page
    assert "济南市" in page
    client.set_cookie("luzhi_language", "en")
    assert "Conditions" in text_of(client, "/guide")


def test_the_guide_of_the_repository_is_complete() -> None:
    found = guide(ROOT / "processes")
    assert {section["id"] for section in found.sections} >= {"conditions", "exclusions", "materials"}
    assert len(found.steps) >= 8
    assert len(found.faq) >= 6


def test_a_guide_with_a_line_that_has_no_source_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "pages"
    folder.mkdir()
    line = {"zh": "甲", "en": "A", "basis": "", "status": "MEASURE"}
    content = {
        "edition": "1", "note_zh": "", "note_en": "", "steps": [], "faq": [],
        "sections": [{"id": "a", "zh": "甲", "en": "A", "items": [line]}],
    }  # fmt: skip
    (folder / "guide.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(GuideInvalid):
        guide(folder.parent)


def test_public_pages_are_held_and_answered_304_but_nobody_elses(client: FlaskClient, lives: Runtime) -> None:
    first = client.get("/register")
    assert "s-maxage=60" in first.headers["Cache-Control"]
    assert "Cookie" in first.headers["Vary"]
    again = client.get("/register", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.get_data() == b""
    world.add_titles(lives, 1, 2022)
    assert client.get("/register", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_pages_are_compressed_for_whoever_takes_it(client: FlaskClient, lives: Runtime) -> None:
    import gzip

    plain = client.get("/register").get_data()
    packed = client.get("/register", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain
    form = client.get("/sign-in", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in form.headers  # it holds a token of its reader

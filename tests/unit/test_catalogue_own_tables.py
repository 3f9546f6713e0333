"""An organisation's own rows, laid over the catalogue without touching code; wrong ones refuse to start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.bootstrap import build
from bot.cli import app
from bot.doctor.here import catalogue_tables
from bot.domain.catalogue.addons import decision
from bot.domain.catalogue.countries import Country, Minutes, country
from bot.domain.catalogue.limits import resource_accounts, user_numbers
from bot.domain.catalogue.own_tables import table_states, use_own_tables
from bot.domain.catalogue.products import E3, MCOEV, find_product, plan_ids, product, products_for
from bot.domain.errors import Misconfigured
from bot.settings import Settings, read_settings

Write = Callable[[str, str], Path]

PRODUCT_COLUMNS = (
    "sku_id,part_number,name,category,use,sale,clouds,segment,family,only_in,not_in,plans,aliases"
)
OURS = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(autouse=True)
def _shipped_again() -> Iterator[None]:
    yield
    use_own_tables(None)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write("limits.csv", ...)`: a table of the organisation's, dated; the folder it is in."""

    def table(name: str, lines: str) -> Path:
        (tmp_path / name).write_text(f"# as_of: 2026-11\n{lines}\n", encoding="utf-8")
        return tmp_path

    return table


def country_row(iso2: str, name: str, minutes: str, plan: str = "") -> str:
    """A table with one country, complete, that differs from the shipped one in this."""
    return (
        f"{','.join(Country.model_fields)}\n"
        f"{iso2},{name},yes,microsoft,yes,admin_centre,unlisted,acquisition,no,{plan},{minutes},600,yes,1,yes,,"
        "pool,yes,yes,yes,,yes,no,,no,no,,no,yes,2026-11-01,2026-11-01,high"
    )


def refused(folder: Path) -> str:
    """The one line of a refusal; the shipped tables are in force afterwards."""
    with pytest.raises(Misconfigured) as problem:
        use_own_tables(folder)
    assert "\n" not in str(problem.value)
    assert user_numbers(100, 0) == 120
    return str(problem.value)


def test_a_row_replaces_the_one_with_its_key_and_leaves_the_others(write: Write) -> None:
    use_own_tables(write("limits.csv", "name,at_least,fixed,percent,as_of\nresource_account,1,30,20,2026-11"))
    assert resource_accounts(600) == 150
    assert user_numbers(100, 0) == 120


def test_rows_with_a_new_key_are_added(write: Write) -> None:
    row = f"{OURS},CONTOSO_PHONE,Contoso Phone,phone_system,phone,sold,commercial,,,,,MCOEV,Hausapparat"
    use_own_tables(write("products.csv", f"{PRODUCT_COLUMNS}\n{row}"))
    assert find_product("hausapparat").product == product(OURS)
    assert plan_ids(OURS) == plan_ids(MCOEV)
    assert products_for("phone", "FR")[0].sku_id == MCOEV
    assert OURS in [one.sku_id for one in products_for("phone", "FR")]


def test_a_decision_can_be_made_otherwise(write: Write) -> None:
    head = "era,base,feature,decision,add_ons,alternative,upgrade_to,otherwise,cautions,as_of,confidence"
    use_own_tables(write("addons.csv", f"{head}\ncurrent,e3,phone,upgrade,,,e5,,,2026-11,high"))
    found = decision("current", E3, "phone")
    assert found is not None
    assert (found.decision, found.upgrade_to, found.as_of) == ("upgrade", ("e5",), "2026-11")


def test_a_country_can_be_corrected(write: Write) -> None:
    shipped = country("PR")
    assert shipped is not None
    assert shipped.minutes("MCOPSTN1") == Minutes(1200)
    row = country_row("PR", "Puerto Rico", "120 240 3000")
    use_own_tables(write("countries.csv", row))
    ours = country("PR")
    assert ours is not None
    assert ours.minutes("MCOPSTN1") == Minutes(3000)
    assert ours.confidence == "high"


def test_without_a_folder_everything_is_as_shipped(write: Write) -> None:
    use_own_tables(write("limits.csv", "name,at_least,fixed,percent,as_of\nroom_basic,0,99,0,2026-11"))
    use_own_tables(None)
    assert all(table.own == 0 for table in table_states(None))
    assert user_numbers(30, 20) == 63


def test_a_file_saved_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = "# as_of: 2026-11\r\nname,at_least,fixed,percent,as_of\r\nroom_basic,0,40,0,2026-11\r\n"
    (tmp_path / "limits.csv").write_text(text, encoding="utf-8-sig")
    use_own_tables(tmp_path)
    assert [table.own for table in table_states(tmp_path) if table.file_name == "limits.csv"] == [1]


@pytest.mark.parametrize(
    ("name", "lines", "says"),
    [
        ("limit.csv", "name", "limit.csv: there is no such table; rename it to one of products.csv"),
        (
            "limits.csv",
            "name,at_least\nuser,1",
            "user: column fixed: the columns must be name,at_least,fixed",
        ),
        ("limits.csv", "name,at_least,fixed,percent,as_of\nuser,1,few,0,2026", "user: column fixed: "),
        ("limits.csv", "name,at_least,fixed,percent,as_of\nusers,1,5,0,2026", "users: column name: "),
        ("limits.csv", "name,at_least,fixed,percent,as_of\nuser,1,5,0,2026,more", "user: more cells"),
        ("limits.csv", "name,at_least,fixed,percent,as_of\nuser,1", "user: column fixed: "),
        (
            "limits.csv",
            "name,at_least,fixed,percent,as_of\nuser,1,5,0,2026\nuser,1,6,0,2026",
            "user 1: there are two rows",
        ),
        (
            "products.csv",
            f"{PRODUCT_COLUMNS}\n{OURS},X,X,phone_system,phone,sold,commercial,,,,,MCOXX,",
            f"products.csv: {OURS}: plan MCOXX is not in plans.csv; add",
        ),
        (
            "products.csv",
            f"{PRODUCT_COLUMNS}\n{OURS},X,X,phone_system,phone,sold,commercial,,,ZZ,,MCOEV,",
            "country ZZ is not in countries.csv; add it there",
        ),
        (
            "products.csv",
            f"{PRODUCT_COLUMNS}\n{OURS},X,X,suite,suite,sold,commercial,,e99,,,MCOEV,",
            "family e99 is no base in addons.csv; leave it empty",
        ),
        ("unlisted.csv", "part_number,name,use,only_in,as_of\nX,X,payg,ZZ,2026", "X: country ZZ is not in"),
        (
            "addons.csv",
            "era,base,feature,decision,add_ons,alternative,upgrade_to,otherwise,cautions,as_of,confidence\n"
            "current,e99,phone,add,phone,,,,,2026,high",
            "has the family e99; name one",
        ),
        ("uses.csv", "use,name,aliases\nmobile,Teams Phone Mobile,PAYG", "name payg is that of"),
        (
            "plans.csv",
            "plan_id,code,role,name\n99999999-0000-4000-8000-000000000000,MCOEV,phone,Another",
            "code MCOEV is that of",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_row_and_the_fix(
    write: Write, name: str, lines: str, says: str
) -> None:
    line = refused(write(name, lines))
    assert says in line
    assert name in line


def test_a_plan_of_a_country_must_be_known(write: Write) -> None:
    row = country_row("MX", "Mexico", "1200", plan="NO_SUCH_PLAN")
    assert "MX: plan NO_SUCH_PLAN is neither in" in refused(write("countries.csv", row))


def test_minutes_must_ascend(write: Write) -> None:
    row = country_row("MX", "Mexico", "1200 120")
    assert "MX: column minutes_sold: " in refused(write("countries.csv", row))


def test_an_undated_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "limits.csv").write_text("name,at_least,fixed,percent,as_of\n", encoding="utf-8")
    assert "begin it with `# as_of: 2026-11`" in refused(tmp_path)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "limits.csv").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read as UTF-8 text" in refused(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "set SWITCHBOARD_CATALOGUE to an existing one" in refused(tmp_path / "nowhere")


def test_the_service_does_not_start_with_a_wrong_table(write: Write, tmp_path: Path) -> None:
    folder = write("limits.csv", "name,at_least,fixed,percent,as_of\nuser,1,few,0,2026")
    settings = Settings(catalogue=folder, database_url=f"sqlite:///{tmp_path / 'switchboard.db'}")
    with pytest.raises(Misconfigured, match=r"limits\.csv: user: column fixed"):
        build(settings)


def test_a_folder_that_is_not_there_is_a_problem_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_CATALOGUE", "/nowhere")
    _, problems = read_settings()
    assert "SWITCHBOARD_CATALOGUE: no folder at /nowhere; set it to an existing one" in problems


async def test_the_doctor_counts_the_rows(write: Write) -> None:
    folder = write("limits.csv", "name,at_least,fixed,percent,as_of\nroom_basic,0,99,0,2026-11")
    settings = Settings(catalogue=folder)
    (finding,) = await catalogue_tables(settings)
    assert "1 row of your own" in finding.says
    assert await catalogue_tables(settings.model_copy(update={"catalogue": None})) == []


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["catalogue", *words])


def test_checking_from_the_command_line(write: Write) -> None:
    folder = write("limits.csv", "name,at_least,fixed,percent,as_of\nroom_basic,0,99,0,2026-11")
    checked = run("check", str(folder))
    assert checked.exit_code == 0
    assert "1 of them yours" in checked.output
    assert "everything fits" in checked.output


def test_checking_without_a_folder_looks_at_what_is_set(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write("limits.csv", "name,at_least,fixed,percent,as_of\nuser,1,few,0,2026")
    assert run("check").exit_code == 0
    monkeypatch.setenv("SWITCHBOARD_CATALOGUE", str(folder))
    assert isinstance(run("check").exception, Misconfigured)


def test_showing_a_product_from_the_command_line() -> None:
    shown = run("show", "e1")
    assert shown.exit_code == 0
    assert "STANDARDPACK" in shown.output
    assert "add phone > domestic or bundle (as of 2023-01, confidence high)" in shown.output


def test_showing_what_means_several_or_nothing() -> None:
    several, unknown, unlisted = (
        run("show", "calling plan"),
        run("show", "MCOXX"),
        run("show", "International only"),
    )
    assert (several.exit_code, unknown.exit_code, unlisted.exit_code) == (1, 1, 1)
    assert "MCOPSTN1" in several.output
    assert "MCOEV" in unknown.output
    assert "without a published skuId" in unlisted.output

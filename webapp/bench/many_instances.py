"""Very many instances, written by the database itself: what the list of operations is measured on.

Nothing runs: the rows are those that commands would have left, in a few statements of `INSERT … SELECT`.
"""

from datetime import datetime

from sqlalchemy import Connection, text

from engine import commands
from engine.clock import BUSINESS_ZONE
from engine.policy import SYSTEM
from engine.runtime import Runtime
from engine.store.definitions import PROCESS
from webapp.bench import diagrams

FIRST = datetime(2016, 1, 1, tzinfo=BUSINESS_ZONE)
PROCESSES = 5
SHARES = (30, 30, 15, 10, 7, 3, 2, 1, 1, 1)
"""Percent of the instances that each version has: two versions of five processes."""
_STEP = (
    "CASE WHEN (i * 7907) % 10007 = 1 THEN 't09' WHEN (i * 7907) % 100 < 60 THEN 't00'"
    " WHEN (i * 7907) % 100 < 85 THEN 't01' WHEN (i * 7907) % 100 < 99 THEN 't02' ELSE 't03' END"
)
"""Where the tokens are: at some steps very many, at others hardly any."""

_INSTANCES = """
INSERT INTO instance (id, process_id, business_key, definition_id, deployment_id, status, revision,
                      started_at, started_by, ended_at, city, state)
SELECT i, d.definition_id, {year} || '-' || {city} || '-' || {number}, d.id, d.deployment_id,
       CASE WHEN {running} AND (i * 31) % 40 = 0 THEN 'SUSPENDED' WHEN {running} THEN 'ACTIVE'
            WHEN (i * 37) % 24 = 0 THEN 'TERMINATED' ELSE 'COMPLETED' END,
       9, {started}, 'bench', CASE WHEN {running} THEN NULL ELSE {ended} END, {city}, {state}
FROM {numbers} JOIN definition d ON d.id = {definition}
"""

_TASKS = """
INSERT INTO user_task (instance_id, process_id, business_key, wait_key, element_id, name, lane, documentation,
                       properties, manual, state, candidate_groups, candidate_users, organisation, due, due_order,
                       priority, revision, created_at, company, city, type, year)
SELECT i, n.process_id, n.business_key, 'w1', {step}, {step}, '', 'bench', '{{}}', {false}, 'CREATED',
       '["dept_officer@370000"]', '[]', '370000', {due}, {due}, 50, 1, n.started_at, '', n.city, '', ''
FROM {numbers} JOIN instance n ON n.id = i WHERE {running}
"""

_TIMERS = """
INSERT INTO timer (instance_id, wait_key, element_id, due, wake, attempts)
SELECT i, 'w2', 'wait' || (i % 5), {due}, {due}, 0 FROM {numbers} WHERE {running} AND i % 2 = 0
"""

_INCIDENTS = """
INSERT INTO incident (instance_id, wait_key, element_id, type, message, created_at, resolved_at, resolved_by)
SELECT i, 'w3', {step}, CASE (i / 199) % 3 WHEN 0 THEN 'JOB_NO_RETRIES' WHEN 1 THEN 'EXTRACT_VALUE_ERROR'
       ELSE 'BUDGET_EXCEEDED' END, 'register ' || (i % 17) || ' did not answer: ConnectionError at port ' || (i % 97),
       {due}, CASE WHEN {running} THEN NULL ELSE {due} END, CASE WHEN {running} THEN NULL ELSE 'bench' END
FROM {numbers} WHERE i % 199 = 0
"""

_VARIABLES = """
INSERT INTO instance_variable (instance_id, name, value) SELECT i, '{name}', {value} FROM {numbers}
"""


def fill(runtime: Runtime, count: int) -> None:
    """So many instances over ten years: a fifth of them running, with their tasks, timers, incidents, variables."""
    for version in (10, 12):
        for number in range(PROCESSES):
            file = diagrams.straight(version).replace(b"bench_straight", f"bench_p{number}".encode())
            commands.deploy(runtime, SYSTEM, {f"bench_p{number}.bpmn": file})
    with runtime.engine.begin() as connection:
        words = _words(connection, count)
        for statement in (_INSTANCES, _TASKS, _TIMERS, _INCIDENTS):
            connection.execute(text(statement.format(**words)))
        for name, value in _values(words).items():
            connection.execute(text(_VARIABLES.format(name=name, value=value, **words)))


def _values(words: dict[str, str]) -> dict[str, str]:
    return {
        "uscc": "'91370100MA' || " + words["number"],
        "type": "CASE (i * 17) % 10 WHEN 0 THEN 'SCENE' WHEN 1 THEN 'WORKSHOP' ELSE 'FACTORY' END",
        "county": "'37' || (10 + (i * 7919) % 16) || (10 + (i * 104729) % 9)",
        "cycle_year": words["year"],
    }


def _words(connection: Connection, count: int) -> dict[str, str]:
    """The parts of the statements in the database's own language."""
    seconds = f"(i * {10 * 365 * 86400 // count})"
    span = f"((i * 7907) % {200 * 86400})"
    late = f"{10 * 365 * 86400 - 86400} + ((i * 104729) % {40 * 86400})"
    postgresql = connection.dialect.name == "postgresql"
    numbers = (
        f"generate_series(1::bigint, {count}) AS i"
        if postgresql
        else f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)"  # noqa: S608
    )
    return {
        "numbers": numbers,
        "city": "'37' || (10 + (i * 7919) % 16) || '00'",
        "number": "substr(CAST(10000000 + i AS TEXT), 2)",
        "year": f"(2016 + i / {count // 10 + 1})",
        "step": _STEP,
        "running": f"(i > {count * 3 // 4} AND (i * 101) % 5 < 4)",
        "definition": _definition(connection),
        "started": _at(postgresql, seconds),
        "ended": _at(postgresql, f"{seconds} + {span}"),
        "due": _at(postgresql, late),
        "false": "false" if postgresql else "0",
        "state": "repeat('x', 300)" if postgresql else "'x'",
    }


def _at(postgresql: bool, seconds: str) -> str:
    """The instant so many seconds after `FIRST`, as the column keeps it."""
    if postgresql:
        return f"(TIMESTAMPTZ '{FIRST.isoformat()}' + ({seconds}) * INTERVAL '1 second')"
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', '2015-12-31 16:00:00', ({seconds}) || ' seconds')"


def _definition(connection: Connection) -> str:
    """The key of a version by `SHARES`, spread evenly."""
    found = connection.execute(
        text(
            "SELECT id FROM definition WHERE kind = :kind AND definition_id LIKE 'bench\\_p%' ESCAPE '\\' ORDER BY id"
        ),
        {"kind": PROCESS},
    )
    cases, upto = [], 0
    for key, share in zip(found.scalars(), SHARES, strict=True):
        upto += share
        cases.append(f"WHEN (i * 7919) % 100 < {upto} THEN {key}")
    return "CASE " + " ".join(cases) + " END"

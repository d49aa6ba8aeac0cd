from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import histories
import pytest
import synthetic
from databases import BACKENDS, Databases, databases

from rowcast_reports import page, results, writer
from rowcast_reports.page import Report
from rowcast_reports.results import Results


@pytest.fixture(scope="session")
def results_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small synthetic run with everything in it that a report must cope with."""
    document = synthetic.results(workloads=("tiny", "small", "medium", "large", "nested", "text"))
    return synthetic.write(tmp_path_factory.mktemp("results"), document)


@pytest.fixture(scope="session")
def loaded(results_path: Path) -> Results:
    return results.load(results_path)


@pytest.fixture(scope="session")
def report(loaded: Results, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return page.build(loaded, tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="session")
def report_page(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return writer.write(report, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def all_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with databases(tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, all_databases: Databases) -> str:
    """An empty database, of each kind in turn."""
    return all_databases.make(request.param)


@pytest.fixture
def sqlite_url(all_databases: Databases) -> str:
    return all_databases.make("sqlite")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return histories.pages(tmp_path_factory.mktemp("pages"))

"""The figures of this process and of the database as Prometheus reads them (text format 0.0.4)."""

import os
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector
from sqlalchemy.exc import SQLAlchemyError

from engine import meters
from engine.operation.figures import figures
from engine.runtime import Runtime

log = structlog.get_logger(__name__)


class Database(Collector):
    """What the database knows, read when it is asked for."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for every figure; a database that is away is a figure, too."""
        built = GaugeMetricFamily("luzhi_build", "This version.", labels=["version"])
        built.add_metric([version("luzhi")], 1)
        yield built
        try:
            found = figures(self._runtime)
        except SQLAlchemyError:
            log.exception("metrics.database_away")
            found = []
        up = GaugeMetricFamily("luzhi_database_up", "1 when the database answered.", value=float(bool(found)))
        yield up
        for figure in found:
            family = GaugeMetricFamily(figure.name, figure.help, labels=figure.labels)
            for labels, value in figure.values.items():
                family.add_metric(labels, value)
            yield family


def exposition(runtime: Runtime) -> bytes:
    """Everything, as text."""
    meters.meters()
    registry = CollectorRegistry()
    registry.register(Database(runtime))
    return _processes() + generate_latest(registry)


def _processes() -> bytes:
    if not os.environ.get(meters.SHARED):
        return _text(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    ProcessCollector(registry=registry)
    return _text(registry)


def _text(registry: Any) -> bytes:
    found: bytes = generate_latest(registry)
    return found

"""The web application, put together: state, routes found by looking, static files, errors, the gate in front."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from fastapi import Depends, FastAPI
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from labeling.store import Store, now_ms
from web import auth, catalogue, errors, openapi, wire
from web.api import desk
from web.gate import Gate
from web.jobs import Jobs
from web.numbers import Numbers
from web.routing import Routing
from web.settings import Settings, Workspace, init_workspace
from web.static_files import StaticFiles

GARBAGE_AFTER = 10_000
"""Objects made beyond those let go of before a server looks for garbage; Python's own 700 is for small programs."""
PACKAGES = ("web.api", "web.routes", "web.routes.manage")
DESCRIPTION = "All that the pages do, for scripts. Send `Authorization: Bearer assay_…` with a token of yours."


class Assay(FastAPI):
    """FastAPI behind the gate, with the desk's API beside it: its requests, one for every answer, skip the rest."""

    gate: Gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every request comes through the gate."""
        catalogue.serve(scope)
        await self.gate(scope, receive, send)

    async def behind_the_gate(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The desk's own way, else FastAPI's."""
        if scope["type"] == "http" and (endpoint := desk.find(scope)) is not None:
            scope["app"] = self
            await errors.told(endpoint, scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(workspace: Settings | Workspace | Path | str, store: Store | None = None) -> Assay:
    """The application over one workspace. A store that is given stays open; otherwise its own lives with the app."""
    settings = workspace if isinstance(workspace, Settings) else Settings(_path(workspace))
    place = workspace if isinstance(workspace, Workspace) else init_workspace(settings.workspace)
    app = Assay(
        title="Assay",
        version="1",
        description=DESCRIPTION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.gate = Gate(
        app.behind_the_gate,
        hosts=settings.hosts,
        is_secure=settings.is_secure,
        body_bytes=settings.body_kb * 1000,
        upload_bytes=settings.upload_mb * 1_000_000,
    )
    static = StaticFiles()
    app.state.settings, app.state.workspace = settings, place
    app.state.store, app.state.own_store = store, store is None
    app.state.clock = store.clock if store is not None else now_ms
    app.state.static = static
    app.state.cookie = auth.cookie_name(is_secure=settings.is_secure)
    app.state.touched = {}
    app.state.logins = auth.Logins(settings.login_tries)
    app.state.paces = auth.Paces(settings.answers_per_minute)
    app.state.jobs = Jobs(place)
    app.state.numbers = Numbers(app.state.jobs)
    app.state.routing = Routing(app.state.jobs)
    errors.install(app)
    _add_routes(app)
    app.router.routes.append(Route("/static/{name:path}", static.serve, methods=["GET"]))
    app.router.routes.append(Route("/favicon.ico", static.favicon, methods=["GET"]))
    app.openapi = lambda: openapi.schema(app)  # type: ignore[method-assign] # FastAPI's own way to say it
    return app


def route_modules() -> Iterator[ModuleType]:
    """Every module with routes, found by looking into the packages that hold them."""
    for package in PACKAGES:
        folder = importlib.import_module(package)
        for one in sorted(pkgutil.iter_modules(folder.__path__), key=lambda found: found.name):
            if not one.ispkg:
                yield importlib.import_module(f"{package}.{one.name}")


def _add_routes(app: FastAPI) -> None:
    for module in route_modules():
        if hasattr(module, "router"):
            is_api = module.__name__.startswith("web.api.")
            app.include_router(module.router, dependencies=[Depends(wire.known_query)] if is_api else None)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: Any = app.state
    if state.own_store:
        state.store = Store.open(state.workspace.database)
        # What is loaded by now stays: walking it over and over for garbage costs a tenth of every answer.
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER, 20, 20)
    try:
        yield
    finally:
        state.jobs.close()
        if state.own_store:
            state.store.close()


def _path(workspace: Workspace | Path | str) -> Path:
    return workspace.path if isinstance(workspace, Workspace) else Path(workspace)

"""Who has which role, and how somebody new gets in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from labeling.errors import AssayError, NotFound, Unusable
from labeling.model import ROLES, Member, Role
from labeling.services import members as services
from labeling.services import projects as project_services
from labeling.store import Writing, members, projects
from prep.phrase import phrase
from web import security
from web.auth import Managing, Seat
from web.catalogue import t, tn
from web.errors import status_of
from web.routes.manage.frame import Form, Verdict, address, go, page, store_of, text
from web.routes.manage.settings import TABS

router = APIRouter(include_in_schema=False)
INVITE_HOURS = 72
ROLE_WORDS: list[tuple[Role, str]] = [
    ("annotator", phrase("annotator")),
    ("reviewer", phrase("reviewer")),
    ("manager", phrase("manager")),
]


@router.get("/projects/{name}/settings/members")
def show(request: Request, seat: Managing) -> HTMLResponse:
    """Everybody with a role, and a form to add somebody."""
    return _page(request, seat)


@router.post("/projects/{name}/settings/members")
def add(request: Request, seat: Managing, form: Form) -> HTMLResponse:
    """Give a known member a role, or make a new one with an invite link, which this page shows once."""
    given = {name: text(form, name) for name in ("name", "display", "role")}
    secret = security.new_secret()
    try:
        invited = store_of(request).write(
            _add, seat=seat, **given, secret_hash=security.hash_secret(secret), actor=seat.member.id
        )
    except AssayError as error:
        return _page(request, seat, error=error, given=given)
    return _page(request, seat, invited=_invitation(request, given["name"], secret) if invited else None)


@router.post("/projects/{name}/settings/members/role")
def set_role(request: Request, seat: Managing, form: Form) -> Response:
    """Another role for somebody."""
    role = _role(text(form, "role"))
    member = _in_project(request, seat, text(form, "name"))
    store_of(request).write(
        project_services.set_role, project=seat.project.id, member=member.id, role=role, actor=seat.member.id
    )
    return go(
        request,
        seat,
        "settings/members",
        t("%(shown)s is %(role)s now.", shown=member.shown, role=dict(ROLE_WORDS)[role]),
    )


@router.post("/projects/{name}/settings/members/invite")
def invite(request: Request, seat: Managing, form: Form) -> HTMLResponse:
    """A fresh link with which somebody sets their password; the ones before stop working."""
    member = _in_project(request, seat, text(form, "name"))
    secret = security.new_secret()
    try:
        _may_invite(seat, member)
        store_of(request).write(
            services.invite,
            member=member.id,
            secret_hash=security.hash_secret(secret),
            hours=INVITE_HOURS,
            actor=seat.member.id,
        )
    except AssayError as error:
        return _page(request, seat, error=error)
    return _page(request, seat, invited=_invitation(request, member.name, secret))


@router.get("/projects/{name}/settings/members/remove")
def ask_to_remove(request: Request, seat: Managing, member: str) -> HTMLResponse:
    """What taking somebody's role does, before it is done."""
    return _confirm(request, seat, _in_project(request, seat, member))


@router.post("/projects/{name}/settings/members/remove")
def remove(request: Request, seat: Managing, form: Form, member: str) -> Response:
    """Take somebody's role, once their name was typed."""
    one = _in_project(request, seat, member)
    if text(form, "typed") != one.name:
        return _confirm(
            request,
            seat,
            one,
            Unusable(phrase("The name does not fit"), cure=phrase("Type %(name)s, letter by letter.", name=one.name)),
        )
    store_of(request).write(
        project_services.set_role, project=seat.project.id, member=one.id, role=None, actor=seat.member.id
    )
    return go(
        request,
        seat,
        "settings/members",
        t("%(shown)s has no role here any more; their answers stay.", shown=one.shown),
    )


def _add(tx: Writing, *, seat: Seat, name: str, display: str, role: str, secret_hash: str, actor: int) -> bool:
    """One user action: the member if new, their role, their invite. Whether there is an invite."""
    wanted = _role(role)
    member = members.find(tx.connection, name)
    if member is not None and projects.role(tx.connection, seat.project.id, member.id) is not None:
        raise Unusable(
            phrase("%(name)r has a role here already", name=name), cure=phrase("Change it in the table above.")
        )
    is_new = member is None
    if member is None:
        member = services.create_member(tx, name=name, display=display, actor=actor)
    project_services.set_role(tx, project=seat.project.id, member=member.id, role=wanted, actor=actor)
    if is_new:
        services.invite(tx, member=member.id, secret_hash=secret_hash, hours=INVITE_HOURS, actor=actor)
    return is_new


def _role(given: str) -> Role:
    for role in ROLES:
        if role == given:
            return role
    raise Unusable(
        phrase("%(given)r is no role", given=given[:40]),
        cure=phrase("Choose one of: %(names)s.", names=", ".join(ROLES)),
    )


def _in_project(request: Request, seat: Seat, name: str) -> Member:
    """A member who has a role here: a manager may not act on others."""
    with store_of(request).read() as connection:
        held = projects.roles(connection, seat.project.id)
    for member, _role_here in held:
        if member.name == name:
            return member
    raise NotFound("member of this project", name, [member.name for member, _role_here in held])


def _may_invite(seat: Seat, member: Member) -> None:
    """A new link sets a new password: for somebody who has one, or an admin, only an admin may give it."""
    if not seat.member.is_admin and (member.has_password or member.is_admin):
        raise Unusable(
            phrase("%(name)r has a password already", name=member.name),
            cure=phrase("Only an admin of the workspace can give a new link for it."),
        )


def _invitation(request: Request, name: str, secret: str) -> dict[str, str]:
    return {"name": name, "url": f"{request.base_url}invite/{secret}"}


def _page(
    request: Request,
    seat: Seat,
    *,
    error: AssayError | None = None,
    invited: dict[str, str] | None = None,
    given: dict[str, str] | None = None,
) -> HTMLResponse:
    with store_of(request).read() as connection:
        held = projects.roles(connection, seat.project.id)
    count = {role: sum(one == role for _, one in held) for role in ROLES}
    return page(
        request,
        seat,
        "members.html",
        heading=t("Who works here?"),
        verdict=_verdict(count, seat.project.overlap),
        tabs=TABS,
        status=200 if error is None else status_of(error),
        error=error,
        invited=invited,
        given=given or {},
        roles=ROLE_WORDS,
        rows=[
            {
                "name": member.name,
                "display": member.display,
                "role": role,
                "has_password": member.has_password,
                "may_invite": seat.member.is_admin or not (member.has_password or member.is_admin),
                "sign_in": _sign_in(member),
            }
            for member, role in held
        ],
    )


def _verdict(count: dict[Role, int], overlap: int) -> Verdict:
    if count["annotator"] == 0:
        return Verdict(t("Nobody labels yet: add annotators below."), "warn")
    words = t(
        "%(annotators)s, %(reviewers)s, %(managers)s.",
        annotators=tn("%(n)s annotator", "%(n)s annotators", count["annotator"]),
        reviewers=tn("%(n)s reviewer", "%(n)s reviewers", count["reviewer"]),
        managers=tn("%(n)s manager", "%(n)s managers", count["manager"]),
    )
    if count["annotator"] < overlap:
        return Verdict(
            t(
                "%(words)s Every item should get %(overlap)s annotators, so it takes %(overlap)s or more.",
                words=words,
                overlap=overlap,
            ),
            "warn",
        )
    return Verdict(words)


def _sign_in(member: Member) -> str:
    if member.disabled_at is not None:
        return t("disabled")
    return t("has a password") if member.has_password else t("waits for their invite link")


def _confirm(request: Request, seat: Seat, member: Member, error: AssayError | None = None) -> HTMLResponse:
    return page(
        request,
        seat,
        "confirm.html",
        heading=t("Take %(shown)s out of this project?", shown=member.shown),
        status=200 if error is None else status_of(error),
        error=error,
        sentences=[
            t(
                "%(shown)s will see neither the desk nor any page of %(title)s any more.",
                shown=member.shown,
                title=seat.project.title,
            ),
            t("Items on their desk go back to the others. Their answers stay and keep their name."),
        ],
        typed=member.name,
        act=t("Take out"),
        back=address(seat.project, "settings/members"),
    )

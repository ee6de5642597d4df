"""The queue and the case, for staff only; reading a case is kept on record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from leeward.assessment import state_map
from leeward.core.firm import firm
from leeward.desk import presenters
from leeward.ops.client_address import network_of
from leeward.records import installation, selectors
from leeward.records.models import Case
from leeward.records.services import staff
from leeward.records.services.cases import case_set_status
from leeward.records.services.conversations import conversation_end_access
from leeward.records.staff_texts import TextRefused, staff_text

# All of what may be tried at once is back after so long.
LOGIN_SECONDS = 15 * 60
# Who guesses at one name is stopped soon, without keeping the one whose name it is out at their own desk; so are those who
# try one password on many names, and in the end those who guess from everywhere at once.
LOGINS_OF_NAME_FROM_NETWORK = 10
LOGINS_FROM_NETWORK = 50
LOGINS_OF_NAME = 100

View = Callable[..., HttpResponse]


def staff_only(view: View) -> View:
    """Lets only staff in; everyone else is sent to the login."""
    guarded: View = staff_member_required(view, login_url="login")
    return guarded


class Login(LoginView):
    """Staff log in here; too many tries, for one name or from one network, have to wait."""

    template_name = "desk/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Checks the limit first, then the password."""
        if not _may_try_to_log_in(request.POST.get("username", ""), network_of(request.META["REMOTE_ADDR"])):
            form = self.get_form_class()(request)
            context = self.get_context_data(form=form, limited=True)
            return render(request, "desk/login.html", context, status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Keeps on record who logged in."""
        staff.audit(user=form.get_user(), action="login", request_id=_request_id(self.request))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The firm's name, for the page's title."""
        return super().get_context_data(firm=firm().name, **kwargs)


def _may_try_to_log_in(name: str, network: str) -> bool:
    """Whether a try to log in is within every limit; if so, it is counted."""
    limits = (
        (f"login {network}", LOGINS_FROM_NETWORK),
        (f"login {network} {name.casefold()}", LOGINS_OF_NAME_FROM_NETWORK),
        (f"login {name.casefold()}", LOGINS_OF_NAME),
    )
    return all(
        staff.rate_limit_allows(caller=_digest(caller), burst=burst, per_second=burst / LOGIN_SECONDS)
        for caller, burst in limits
    )


def _digest(caller: str) -> str:
    """SHA-256 in hexadecimal: of one length, without a character that a database would refuse, and no address as it stands."""
    return hashlib.sha256(caller.encode("utf-8", "surrogatepass")).hexdigest()


@staff_only
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """All cases, the most urgent first."""
    rows = [presenters.queue_row(case) for case in selectors.cases_by_urgency(on=localdate())]
    return render(request, "desk/cases.html", {"firm": firm().name, "rows": rows})


@staff_only
@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case with everything; that it was read is kept on record."""
    return _case_page(request, number)


def _case_page(request: HttpRequest, number: str, *, draft: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    found = selectors.case_view(number, on=localdate())
    if found is None:
        raise Http404
    staff.audit(user=request.user, action="case.read", object_id=found["case"], request_id=_request_id(request))
    statuses = [{"value": value, "label": label} for value, label in Case.Status.choices]
    context = {
        "firm": firm().name,
        "case": presenters.case_page(found),
        "statuses": statuses,
        "draft": draft,
        "problem": problem,
        "may_text": presenters.may_text(found["may_text"]),
        "longest": presenters.LONGEST_STAFF_TEXT,
    }
    return render(request, "desk/case.html", context, status=status)


@staff_only
@require_POST
def case_status(request: HttpRequest, number: str) -> HttpResponse:
    """Changes how far staff have come with a case."""
    found = get_object_or_404(Case, number=number)
    status = request.POST.get("status", "")
    try:
        case_set_status(case=found, status=status)
    except ValueError:
        return render(request, "desk/problem.html", {"problem": "Choose one of the listed statuses."}, status=400)
    staff.audit(user=request.user, action=f"case.status.{status}", object_id=found.number, request_id=_request_id(request))
    return redirect("case", number=found.number)


@staff_only
@require_POST
def case_text(request: HttpRequest, number: str) -> HttpResponse:
    """Texts the person, through the same rules and the same outbox as the assistant; the draft stays where that fails."""
    found = get_object_or_404(Case, number=number)
    draft = " ".join(request.POST.get("text", "").split())
    problem = presenters.text_problem(draft)
    if problem is None:
        try:
            staff_text(case=found, body=draft, bodies=presenters.staff_texts(draft, firm(), found.conversation.language))
        except TextRefused as error:
            problem = presenters.refusal(error.reason)
    if problem is not None:
        return _case_page(request, number, draft=draft, problem=problem, status=400)
    staff.audit(user=request.user, action="case.text", object_id=found.number, request_id=_request_id(request))
    return redirect("case", number=found.number)


@staff_only
@require_POST
def case_end_access(request: HttpRequest, number: str) -> HttpResponse:
    """Ends every open chat page and texted link of the person: someone else may have the phone or computer."""
    found = get_object_or_404(Case, number=number)
    conversation_end_access(conversation_id=found.conversation_id)
    staff.audit(user=request.user, action="case.end_access", object_id=found.number, request_id=_request_id(request))
    messages.success(request, "Their links are ended. No chat page that was open before opens this conversation now.")
    return redirect("case", number=found.number)


@staff_only
@require_GET
def law_map(request: HttpRequest) -> HttpResponse:
    """The states by what follows a customary foreclosure, as a picture."""
    return HttpResponse(state_map.svg(on=localdate()), content_type="image/svg+xml")


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """That the desk answers, has its records (leeward.desk.middleware.RecordsInPlace) and room to write."""
    try:
        installation.check_health()
    except installation.NoRoom as error:
        return HttpResponse(str(error), status=503, content_type="text/plain; charset=utf-8")
    return JsonResponse({"status": "ok"})


def _request_id(request: HttpRequest) -> str:
    return str(request.META["LEEWARD_REQUEST_ID"])

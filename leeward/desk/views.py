"""The queue and the case, for staff only; reading a case is kept on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
from leeward.records import selectors
from leeward.records.models import Case
from leeward.records.services import staff
from leeward.records.services.cases import case_set_status
from leeward.records.staff_texts import TextRefused, staff_text

# Ten tries at once for one name, all of them back after a quarter of an hour.
LOGIN_BURST = 10
LOGINS_PER_SECOND = LOGIN_BURST / (15 * 60)

View = Callable[..., HttpResponse]


def staff_only(view: View) -> View:
    """Lets only staff in; everyone else is sent to the login."""
    guarded: View = staff_member_required(view, login_url="login")
    return guarded


class Login(LoginView):
    """Staff log in here; too many tries for one name have to wait."""

    template_name = "desk/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Checks the limit first, then the password."""
        name = request.POST.get("username", "")[:60].casefold()
        if not staff.rate_limit_allows(caller=f"login:{name}", burst=LOGIN_BURST, per_second=LOGINS_PER_SECOND):
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
@require_GET
def law_map(request: HttpRequest) -> HttpResponse:
    """The states by what follows a customary foreclosure, as a picture."""
    return HttpResponse(state_map.svg(on=localdate()), content_type="image/svg+xml")


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """That the desk answers and has its records (leeward.desk.middleware.RecordsInPlace)."""
    return JsonResponse({"status": "ok"})


def _request_id(request: HttpRequest) -> str:
    return str(request.META["LEEWARD_REQUEST_ID"])

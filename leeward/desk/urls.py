"""The desk's addresses."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.views.generic import RedirectView

from leeward.desk import views


class CaseNumber(StringConverter):
    """A case's number, in either case; nothing else gets as far as the database, which need not know every character."""

    regex = "[0-9A-Za-z]{1,12}"


register_converter(CaseNumber, "case")

urlpatterns = [
    path("", views.cases, name="cases"),
    path("cases/<case:number>/", views.case, name="case"),
    path("cases/<case:number>/status/", views.case_status, name="case_status"),
    path("cases/<case:number>/text/", views.case_text, name="case_text"),
    path("cases/<case:number>/end-access/", views.case_end_access, name="case_end_access"),
    path("law-map.svg", views.law_map, name="law_map"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("health", views.health, name="health"),
    # Django's own login knows neither the limit nor the audit of ours.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
]

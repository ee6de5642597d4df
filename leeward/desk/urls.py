"""The desk's addresses."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.generic import RedirectView

from leeward.desk import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/status/", views.case_status, name="case_status"),
    path("cases/<str:number>/text/", views.case_text, name="case_text"),
    path("law-map.svg", views.law_map, name="law_map"),
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("health", views.health, name="health"),
    # Django's own login knows neither the limit nor the audit of ours.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
]

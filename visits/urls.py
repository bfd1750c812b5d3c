"""Addresses of visits and notes."""

from django.urls import path

from accounts.access import requires
from accounts.permissions import Permission

from . import views
from .registers import NoteRegister, VisitRegister

P = Permission

app_name = "visits"

urlpatterns = [
    path("visits/", requires(P.VISIT_VIEW)(VisitRegister.as_view()), name="visit-list"),
    path("visits/plan/", views.visit_plan, name="visit-plan"),
    path("visits/<int:pk>/", views.visit_detail, name="visit-detail"),
    path("visits/<int:pk>/preparation/", views.visit_preparation, name="visit-preparation"),
    path("visits/<int:pk>/void/", views.visit_void, name="visit-void"),
    path("visits/<int:pk>/<slug:name>/", views.visit_move, name="visit-move"),
    path("notes/", requires(P.NOTE_VIEW)(NoteRegister.as_view()), name="note-list"),
    path("notes/to-agree/", views.note_queue, name="note-queue"),
    path("notes/to-agree/next/", views.note_next, name="note-next"),
    path("notes/<int:pk>/", views.note_detail, name="note-detail"),
    path("notes/<int:pk>/version/<int:number>/", views.note_version, name="note-version"),
    path("notes/<int:pk>/pdf/", views.note_pdf, name="note-pdf"),
    path("notes/<int:pk>/history/", views.note_history, name="note-history"),
    path("notes/<int:pk>/comment/", views.note_comment, name="note-comment"),
    path("notes/<int:pk>/move/", views.note_move, name="note-move"),
    path("notes/<int:pk>/distribute/", views.note_distribute, name="note-distribute"),
    path("notes/<int:pk>/issue-again/", views.note_issue_again, name="note-issue-again"),
    path("notes/<int:pk>/hand-over/", views.note_hand_over, name="note-hand-over"),
    path("notes/<int:pk>/amend/", views.note_amend, name="note-amend"),
    path("notes/<int:pk>/review/", views.note_review, name="note-review"),
    path("notes/<int:pk>/moderate/", views.note_moderate, name="note-moderate"),
    path("notes/<int:pk>/answer/<slug:key>/", views.note_answer, name="note-answer"),
    path("notes/<int:pk>/documents/<int:document_pk>/", views.note_document, name="note-document"),
    path("notes/<int:pk>/draft/documents/", views.note_documents, name="note-documents"),
    path("notes/<int:pk>/draft/documents/<int:document_pk>/", views.note_draft_document, name="note-draft-document"),
    path(
        "notes/<int:pk>/draft/documents/<int:document_pk>/remove/",
        views.note_document_remove,
        name="note-document-remove",
    ),
    path("notes/<int:pk>/draft/", views.note_draft, name="note-draft"),
    path("notes/<int:pk>/draft/whole/", views.note_whole, name="note-whole"),
    path("notes/<int:pk>/draft/disagreement/", views.note_disagreement, name="note-disagreement"),
    path("notes/<int:pk>/draft/earlier/", views.note_reviews, name="note-reviews"),
    path("notes/<int:pk>/draft/recommendations/", views.note_recommendations, name="note-recommendations"),
    path(
        "notes/<int:pk>/draft/recommendations/<int:recommendation_pk>/",
        views.note_recommendation,
        name="note-recommendation",
    ),
    path(
        "notes/<int:pk>/draft/recommendations/<int:recommendation_pk>/remove/",
        views.note_recommendation_remove,
        name="note-recommendation-remove",
    ),
    path("notes/<int:pk>/draft/section/<slug:key>/", views.note_section, name="note-section"),
]

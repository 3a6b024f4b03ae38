"""Clips and jobs for administrators: how large and how far, never what is in them."""

from typing import ClassVar

from django.contrib import admin

from emotionweb.accounts.admin import LookOnlyAdmin
from emotionweb.clips.models import Clip, Job, Photo, Upload


@admin.register(Clip)
class ClipAdmin(LookOnlyAdmin):
    list_display = ("created_at", "user", "size", "duration_s", "container", "video_codec")
    list_filter = ("container", "video_codec", "unplayable")
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    fields = (
        *("user", "created_at", "size", "duration_s", "width", "height", "frame_rate"),
        *("container", "video_codec", "has_audio", "unplayable"),
    )


@admin.register(Photo)
class PhotoAdmin(LookOnlyAdmin):
    list_display = ("created_at", "user", "size", "width", "height", "model_version")
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    fields = ("user", "created_at", "size", "width", "height", "model_version")


@admin.register(Upload)
class UploadAdmin(LookOnlyAdmin):
    list_display = ("created_at", "user", "purpose", "length", "expires_at")
    list_select_related = ("user",)
    fields = ("user", "purpose", "length", "created_at", "expires_at")


@admin.register(Job)
class JobAdmin(LookOnlyAdmin):
    list_display = ("created_at", "user", "kind", "state", "stage", "progress", "attempts")
    list_filter = ("kind", "state", "problem")
    list_select_related = ("user",)
    date_hierarchy = "created_at"
    ordering: ClassVar = ["-created_at"]
    fields = (
        *("user", "kind", "state", "stage", "progress", "attempts", "holder"),
        *("created_at", "started_at", "heartbeat_at", "finished_at"),
        *("problem", "problem_details"),
    )

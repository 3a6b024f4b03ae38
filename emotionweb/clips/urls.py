"""Addresses of clips and photos."""

app_name = "clips"
urlpatterns: list[object] = []

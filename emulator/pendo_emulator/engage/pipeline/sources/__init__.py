"""The sources of pipelines and their time ranges."""

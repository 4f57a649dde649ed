"""The kinds of sink; importing this registers them all."""

from pipeline.alerts.sinks import consumers, mail, mqtt, webhook

__all__ = ["consumers", "mail", "mqtt", "webhook"]

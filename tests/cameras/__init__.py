"""Cameras for tests: a real RTSP server, and a proxy before it that does what networks do."""

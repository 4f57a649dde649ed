"""`sightline run`: starts, watches and restarts the processes of a deployment, and passes on what operators ask for.

Every process asks the kernel to die with the supervisor, so that nothing is left whatever is killed. What dies alone
is started again: a camera's capture after a backoff, the worker, the server and the broker at once, and each only so
often that a fault which comes back does not burn the machine.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pipeline.bus.client import CommandReader
from pipeline.bus.embedded import EmbeddedBroker
from pipeline.capture.link import new_address
from pipeline.capture.process import CaptureJob
from pipeline.capture.source import kind_of
from pipeline.config import CameraConfig, Deployment
from pipeline.errors import InputError, SightlineError
from pipeline.ids import new_id
from pipeline.processes import spawn

_TICK_S = 0.1
_FIRST_BACKOFF_S = 0.25
_MAX_BACKOFF_S = 5.0
_STEADY_S = 10.0
"""A process that has run this long is started again at once when it dies."""
_GRACE_S = 5.0
"""How long processes may take to end by themselves."""

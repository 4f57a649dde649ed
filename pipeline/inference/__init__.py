import os

# torch's threads wait for each other spinning by default: on two cores that others used too, one pass of YOLO26n-pose
# took 6 to 22 s, and 0.1 s so. It and Ultralytics read these when they are loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("YOLO_VERBOSE", "false")
os.environ.update(YOLO_OFFLINE="true", YOLO_AUTOINSTALL="false", ULTRALYTICS_SAFE_LOAD="true")

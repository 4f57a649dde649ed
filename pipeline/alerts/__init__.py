"""Events → those who subscribed to them. A sink is one file in sinks/ with one class; each subscription has a thread of
its own, so that a slow or dead sink holds up no other."""

"""How the lifting network learns: simulated bodies, before simulated cameras, with the errors of real pose networks."""

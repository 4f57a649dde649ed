"""How the network of portraits learns where people are turned: heads and chests of simulated people, turned anyhow."""

"""How the network of people who are followed learns to find them: among others, hidden in part, small."""

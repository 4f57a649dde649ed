"""What a track's people are like: how far, how tall, which way they face."""

"""The gateway: who asks, whether they may, and pages made of their edition alone."""

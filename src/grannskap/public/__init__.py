"""What may be shown to everybody: a view that is the same for many addresses, and the attack that it must withstand."""

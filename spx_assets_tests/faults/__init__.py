"""What happens when processes are killed, disks fill and files rot."""

"""Many cities on any executor: a crash, a loop or a faulty file costs one city and no other."""

//! Runs Dot units: activations, lift and lower, limits, the compile cache

//! Native dots: the ParaDot trait, its registry and the standard natives

//! Terms

//! Rules with memory: properties that hold for any of them, each type against a plain reference, and what stands at the edges.

mod bounds;
mod damage;
mod edges;
mod live;
mod log;
mod properties;
mod reference;
mod rules;
mod run;

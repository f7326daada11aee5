//! The searches against the plainest way to do the same: trying everything.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Bits, Inclusion, Thing, fewest, fewest_roles, narrowest};
use crate::Text;

/// Things `a`, `b`, … with what each includes and weighs.
fn inclusion(things: &[(&[usize], u32)]) -> Inclusion {
    let name = |number: usize| Text::Owned(char::from(b'a' + number as u8).to_string());
    let one = |(number, (includes, weight)): (usize, &(&[usize], u32))| {
        let includes = includes.iter().map(|number| name(*number)).collect();
        (name(number), Thing { includes, weight: *weight, is_grantable: true })
    };
    Inclusion::new(things.iter().enumerate().map(one).collect::<BTreeMap<_, _>>())
}

fn is_enough(inclusion: &Inclusion, demands: &[Vec<Bits>], set: &Bits) -> bool {
    let given = inclusion.closure_of(set);
    demands.iter().all(|demand| demand.iter().any(|one| one.is_subset(&given)))
}

/// The least cost of any set that is enough.
fn least<C: Ord>(
    inclusion: &Inclusion,
    demands: &[Vec<Bits>],
    cost: impl Fn(&Bits) -> C,
) -> Option<C> {
    let sets = (0..1_usize << inclusion.len())
        .map(|mask| (0..inclusion.len()).filter(|bit| mask & (1 << bit) != 0).collect::<Bits>());
    sets.filter(|set| is_enough(inclusion, demands, set)).map(|set| cost(&set)).min()
}

fn worlds() -> impl Strategy<Value = (Inclusion, Vec<Vec<Bits>>)> {
    let thing = (prop::collection::vec(0_usize..8, 0..4), 1_u32..20);
    let set = prop::collection::btree_set(0_usize..8, 1..4);
    let demands = prop::collection::vec(prop::collection::vec(set, 1..4), 0..7);
    (prop::collection::vec(thing, 8), demands).prop_map(|(things, demands)| {
        let things: Vec<_> =
            things.iter().map(|(below, weight)| (below.as_slice(), *weight)).collect();
        let bits = |demand: Vec<std::collections::BTreeSet<usize>>| {
            demand.into_iter().map(|set| set.into_iter().collect()).collect()
        };
        (inclusion(&things), demands.into_iter().map(bits).collect())
    })
}

proptest! {
    #[test]
    fn the_fewest_are_as_few_as_any((inclusion, demands) in worlds()) {
        let chosen = fewest(&inclusion, &demands);
        prop_assert!(chosen.is_proved);
        prop_assert!(is_enough(&inclusion, &demands, &chosen.set));
        let number = least(&inclusion, &demands, Bits::len);
        prop_assert_eq!(number, Some(chosen.set.len()));
    }

    #[test]
    fn the_narrowest_does_as_little_harm_as_any((inclusion, demands) in worlds()) {
        let chosen = narrowest(&inclusion, &demands);
        prop_assert!(chosen.is_proved);
        prop_assert!(is_enough(&inclusion, &demands, &chosen.set));
        let harm = least(&inclusion, &demands, |set| inclusion.harm(set));
        prop_assert_eq!(harm, Some(inclusion.harm(&chosen.set)));
    }

    #[test]
    fn none_of_what_is_chosen_can_be_spared((inclusion, demands) in worlds()) {
        for chosen in [narrowest(&inclusion, &demands), fewest(&inclusion, &demands)] {
            for number in chosen.set.iter() {
                let rest = chosen.set.difference(&Bits::from_iter([number]));
                prop_assert!(!is_enough(&inclusion, &demands, &rest));
            }
        }
    }

    #[test]
    fn order_makes_no_difference((inclusion, demands) in worlds()) {
        let turned: Vec<Vec<Bits>> =
            demands.iter().rev().map(|one| one.iter().rev().cloned().collect()).collect();
        prop_assert_eq!(narrowest(&inclusion, &demands), narrowest(&inclusion, &turned));
        prop_assert_eq!(fewest(&inclusion, &demands), fewest(&inclusion, &turned));
    }

    #[test]
    fn the_fewest_roles_are_as_few_as_any(
        demands in prop::collection::vec(1_u32..256, 0..12),
        weights in prop::collection::vec(1_u64..50, 8),
    ) {
        let chosen = fewest_roles(&demands, &weights).unwrap();
        prop_assert!(demands.iter().all(|demand| demand & chosen != 0));
        let meets = |roles: &u32| demands.iter().all(|demand| demand & roles != 0);
        let weight = |roles: u32| (0..8).filter(|at| roles & (1 << at) != 0).map(|at| weights[at]).sum::<u64>();
        let best = (0..256_u32).filter(meets).map(|roles| (roles.count_ones(), weight(roles))).min();
        prop_assert_eq!(best, Some((chosen.count_ones(), weight(chosen))));
    }
}

#[test]
fn what_includes_all_wins_by_number_and_loses_by_harm() {
    // a includes b and c.
    let inclusion = inclusion(&[(&[1, 2], 50), (&[], 1), (&[], 1)]);
    let demands = [vec![Bits::from_iter([1])], vec![Bits::from_iter([2])]];
    assert_eq!(fewest(&inclusion, &demands).set, Bits::from_iter([0]));
    assert_eq!(narrowest(&inclusion, &demands).set, Bits::from_iter([1, 2]));
}

#[test]
fn a_circle_of_inclusions_ends() {
    let inclusion = inclusion(&[(&[1], 1), (&[0], 1)]);
    let demands = [vec![Bits::from_iter([0])], vec![Bits::from_iter([1])]];
    assert_eq!(narrowest(&inclusion, &demands).set.len(), 1);
    assert_eq!(fewest(&inclusion, &demands).set.len(), 1);
}

#[test]
fn more_than_can_be_weighed_is_granted_as_asked_and_not_called_best() {
    let name = |number: usize| Text::Owned(format!("{number:05}"));
    let one = |number| {
        let includes = vec![name(number + 1)];
        (name(number), Thing { includes, weight: 1, is_grantable: true })
    };
    let n_asked = 3_000;
    let inclusion = Inclusion::new((0..2 * n_asked).step_by(2).map(one).collect());
    let demands: Vec<_> = (0..n_asked).map(|number| vec![Bits::from_iter([number])]).collect();
    let chosen = fewest(&inclusion, &demands);
    assert!(!chosen.is_proved && is_enough(&inclusion, &demands, &chosen.set));
    assert_eq!(narrowest(&inclusion, &demands).set.len(), n_asked);
}

#[test]
fn alternatives_without_number_end() {
    let things: Vec<(&[usize], u32)> = vec![(&[], 1); 26];
    let inclusion = inclusion(&things);
    // Each any one of all but one, and no two alike: no set is sure, and 25 to the 26th choices.
    let all_but = |left_out: usize| {
        let others = (0..26).filter(|number| *number != left_out);
        others.map(|number| Bits::from_iter([number, (number + left_out) % 26])).collect()
    };
    let demands: Vec<Vec<Bits>> = (0..26).map(all_but).collect();
    for chosen in [fewest(&inclusion, &demands), narrowest(&inclusion, &demands)] {
        assert!(is_enough(&inclusion, &demands, &chosen.set));
    }
}

#[test]
fn no_demand_needs_nothing() {
    let inclusion = inclusion(&[(&[], 1)]);
    assert!(fewest(&inclusion, &[]).set.is_empty());
    assert!(narrowest(&inclusion, &[]).set.is_empty());
    assert_eq!(fewest_roles(&[], &[1]), Some(0));
    assert_eq!(fewest_roles(&[0], &[1]), None);
}

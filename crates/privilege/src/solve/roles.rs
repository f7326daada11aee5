//! The fewest roles that meet every demand: all sets of at most sixteen roles are looked at.

/// How many different roles are weighed against each other; Okta has thirteen.
pub(crate) const MAX_ROLES: usize = 16;

/// The smallest set of roles with one in each demand; of several the one with the least weight, of
/// those the first.
///
/// Demands and the answer are masks: bit `n` is the role of weight `weights[n]`. `None` if some demand
/// has no role.
pub(crate) fn fewest_roles(demands: &[u32], weights: &[u64]) -> Option<u32> {
    let mut demands = demands.to_vec();
    demands.sort_unstable();
    demands.dedup();
    let all = demands.clone();
    // A demand with all the roles of another one and more is met along with it.
    demands.retain(|one| !all.iter().any(|other| other != one && other & one == *other));
    let meets = |roles: u32| demands.iter().all(|demand| demand & roles != 0);
    let weight = |roles: u32| -> u64 {
        (0..weights.len()).filter(|role| roles & (1 << role) != 0).map(|role| weights[role]).sum()
    };
    let n_roles = weights.len().min(MAX_ROLES);
    let mut best: Option<(u32, u64, u32)> = None;
    for roles in 0..1_u32 << n_roles {
        let n_chosen = roles.count_ones();
        if best.is_none_or(|(fewest, ..)| n_chosen <= fewest) && meets(roles) {
            let cost = (n_chosen, weight(roles), roles);
            best = Some(best.map_or(cost, |best| best.min(cost)));
        }
    }
    best.map(|(.., roles)| roles)
}

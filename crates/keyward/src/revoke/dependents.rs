//! Who uses what is to be shut off, as far as the intake saw it.

use super::desk::Desk;
use super::order::Target;

/// One line each, and what is said where there is none.
pub(super) fn of(target: &Target, desk: &Desk) -> (Vec<String>, String) {
    let Some(_id) = target.user_of_interface() else {
        return (Vec::new(), "Its uses are not told apart in the log.".to_owned());
    };
    let _ = desk;
    (Vec::new(), "Nothing is known: no intake lies in the folder of data.".to_owned())
}

//! How people usually are: the shares that ordinary days are drawn by.

macro_rules! habits {
    ($($name:ident = $of_10_000:literal, $what:literal;)*) => {
        $(pub(crate) const $name: usize = $of_10_000;)*

        /// Each share, of 10,000, and what it is of.
        pub(crate) const HABITS: &[(usize, &str)] = &[$(($of_10_000, $what)),*];
    };
}

habits! {
    ABSENT = 900, "of workdays that somebody is away from work";
    AT_WEEKENDS = 700, "of people who work a little on a day of the weekend";
    IN_EVENINGS = 800, "of workdays that go on in the evening, at home";
    SIGNS_OUT = 1_200, "of workdays that end with a sign-out";
    BY_VPN = 4_000, "of people whose computer is on the corporate VPN outside the office";
    MAIL_ON_PHONE = 6_000, "of people who read mail on their phone, two to five times a workday";
    ON_CARRIER = 5_000, "of looks at the phone on the mobile carrier, at another address each time; the others are at home";
    HIDDEN = 60, "of people whose phone hides its address behind a service";
    MISTYPED = 350, "of sign-ins that begin with a wrong password";
    RESET_WITH_PASSWORD = 3_000, "of resets of factors that come with a new password";
    UNLOCKED_BY_DESK = 5_000, "of locked accounts that the help desk unlocks";
    DECLINED_TWICE = 1_500, "of declined pushes that are declined a second time";
    ASSIGNED_BY_HAND = 3_000, "of assignments of apps that an administrator makes; provisioning makes the others";
    MOVED_TO_REGION = 2_500, "of programs with a new address that are in another region";
    CUSTOMER_VISITS = 3_500, "of customers who sign in to the portal on a day";
    CUSTOMER_MISTYPED = 500, "of their visits that begin with a wrong password";
    CUSTOMER_SIGNS_OUT = 3_000, "of their visits that end with a sign-out";
}

//! Which function tells of which incident.

use super::plan::Step;
use super::rates::Incident;
use super::stage::Stage;
use crate::clock::Millis;

impl Stage<'_> {
    /// An incident: to `who`, or by them.
    pub(crate) fn happen(&mut self, incident: Incident, who: usize, at: Millis) {
        match incident {
            Incident::Starter => self.start(who, at),
            Incident::Leaver => self.depart(who, at),
            Incident::DeskFactorReset => self.reset_factors(who, at),
            Incident::DeskPasswordReset => self.reset_password(who, at),
            Incident::OwnNewPhone => self.replace_phone(who, at),
            Incident::NewComputer => self.replace_computer(who, at),
            Incident::LostPassword => self.lose_password(who, at),
            Incident::ExpiredPassword => self.change_expired_password(who, at),
            Incident::LockOut => self.lock_out(who, at),
            Incident::DeclinedPush => self.decline_push(who, at),
            Incident::UnansweredPush => self.miss_push(who, at),
            Incident::Travel => self.travel(who, false, at),
            Incident::TravelVpn => self.travel(who, true, at),
            Incident::WrongApp => self.open_wrong_app(who, at),
            Incident::DeniedByPolicy => self.be_denied(who, at),
            Incident::ClearedSession => self.clear_sessions(who, at),
            Incident::Suspended => self.suspend(who, at),
            Incident::ProfileEdited => self.edit_profile(who, at),
            _ => self.administer(incident, who, at),
        }
    }

    /// What administrators and programs do on purpose.
    fn administer(&mut self, incident: Incident, who: usize, at: Millis) {
        match incident {
            Incident::TokenCreated => self.create_token(who, at),
            Incident::TokenRevoked => self.revoke_token(who, at),
            Incident::AppCreated => self.create_app(who, at),
            Incident::AppChanged => self.change_app(who, at),
            Incident::AppAssigned => self.assign_app(who, at),
            Incident::GroupChanged => self.add_to_group(who, at),
            Incident::GroupCreated => self.create_group(who, at),
            Incident::PolicyEdited => self.edit_policy(who, at),
            Incident::AdminGranted => self.grant_role(who, at),
            Incident::CertificateRotated => self.rotate_certificate(who, at),
            Incident::SecretRotated => self.rotate_secret(who, at),
            Incident::ZoneEdited => self.edit_zone(who, at),
            Incident::ReportExported => self.export_report(who, at),
            Incident::WorkflowEdited => self.edit_workflow(who, at),
            Incident::ServiceMoved => self.move_program(at),
            Incident::RateLimitWarning => self.near_limit(at),
            Incident::AgentRestarted => self.restart_agent(at),
            Incident::DashboardEdit => self.edit_in_dashboard(at),
            Incident::CustomerLostPassword => self.customer_password(at),
            Incident::SignUp => self.sign_up(at),
            _ => {}
        }
    }

    /// What follows from an incident.
    pub(crate) fn follow(&mut self, step: Step, who: usize, at: Millis) {
        match step {
            Step::FirstDay => self.first_day(who, at),
            Step::EnrollPhone => self.enroll_phone(who, at),
            Step::NewPassword => self.set_password(who, at),
            Step::DeskUnlocks => self.unlock(who, at),
            Step::UnlocksSelf => self.unlock_self(who, at),
            Step::Unsuspend => self.unsuspend(who, at),
            Step::NewToken(number) => self.use_new_token(usize::from(number), at),
        }
    }
}

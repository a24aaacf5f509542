//! The suites of `Housekeeping`: for each aggregate by itself, and for those that hang together.

/// The suite of `Housekeeping`, for one aggregate that expires.
#[macro_export]
macro_rules! expiring {
    ($fresh:expr; $aggregate:ident) => {
        $crate::suite!($fresh; purge of $aggregate:
            only_what_expired_before_the_horizon_is_forgotten,
            each_kind_goes_by_its_own_horizon,
            no_more_is_forgotten_than_asked,
        );
    };
}

/// The suite of `Housekeeping`, for one aggregate that does not expire.
#[macro_export]
macro_rules! lasting {
    ($fresh:expr; $aggregate:ident) => {
        $crate::suite!($fresh; purge of $aggregate: what_does_not_expire_is_never_forgotten,);
    };
}

/// The suite of `Housekeeping`, whatever the store keeps.
#[macro_export]
macro_rules! housekeeping {
    ($fresh:expr) => {
        $crate::suite!($fresh; housekeeping: a_store_that_works_answers,);
    };
}

/// The suite of `Housekeeping`, for a store that keeps the revocations and the audit record.
#[macro_export]
macro_rules! purged_records {
    ($fresh:expr) => {
        $crate::suite!($fresh; housekeeping:
            only_revocations_that_expired_before_the_horizon_are_forgotten,
            no_more_of_a_kind_is_forgotten_than_asked,
            the_audit_record_is_never_forgotten,
        );
    };
}

/// The suite of `Housekeeping`, for a store that keeps the consents and the revocations.
#[macro_export]
macro_rules! ended_consents {
    ($fresh:expr) => {
        $crate::suite!($fresh; housekeeping:
            what_was_withdrawn_is_forgotten_and_nothing_else,
            what_took_the_place_of_a_withdrawn_consent_stays,
            a_client_that_is_gone_leaves_no_consent_behind,
            a_revocation_outlives_the_consents_it_ended,
        );
    };
}

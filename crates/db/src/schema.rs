//! Tables as diesel sees them. Made from a migrated database (column `calls.words`, a tsvector, is left out:
//! it is only written and searched by SQL of our own).

diesel::table! {
    account_links (token_hash) {
        token_hash -> Bytea,
        user_id -> Uuid,
        purpose -> Text,
        email -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    agency_terms (organization_id) {
        organization_id -> Uuid,
        commission_basis_points -> Int4,
        invitation_id -> Nullable<Uuid>,
        agreed_at -> Timestamptz,
    }
}

diesel::table! {
    agent_call_limits (agent_id) {
        agent_id -> Uuid,
        organization_id -> Uuid,
        max_concurrent -> Nullable<Int4>,
        stopped -> Bool,
        own -> Nullable<Jsonb>,
        pushed -> Nullable<Jsonb>,
        state -> Text,
        error -> Nullable<Text>,
        wanted_at -> Timestamptz,
        applied_at -> Nullable<Timestamptz>,
        tried_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    agents (id) {
        id -> Uuid,
        organization_id -> Uuid,
        connection_id -> Uuid,
        provider_agent_id -> Text,
        name -> Text,
        language -> Nullable<Text>,
        llm -> Nullable<Text>,
        voice_id -> Nullable<Text>,
        voice_name -> Nullable<Text>,
        monitoring -> Bool,
        max_duration_seconds -> Nullable<Int4>,
        prompt -> Nullable<Text>,
        first_message -> Nullable<Text>,
        tags -> Array<Text>,
        archived -> Bool,
        placeholder -> Bool,
        synced_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        moved_to -> Nullable<Uuid>,
        history_follows -> Bool,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        organization_id -> Uuid,
        created_by -> Uuid,
        name -> Text,
        prefix -> Text,
        secret_hash -> Bytea,
        permissions -> Array<Text>,
        networks -> Array<Text>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        last_used_ip -> Nullable<Text>,
    }
}

diesel::table! {
    audit_log (organization_id, occurred_at, id) {
        id -> Uuid,
        organization_id -> Uuid,
        occurred_at -> Timestamptz,
        user_id -> Nullable<Uuid>,
        action -> Text,
        subject -> Nullable<Text>,
        details -> Jsonb,
        ip -> Nullable<Text>,
        sequence -> Int8,
        hash -> Bytea,
    }
}

diesel::table! {
    call_keys (connection_id, conversation_id) {
        connection_id -> Uuid,
        conversation_id -> Text,
        organization_id -> Uuid,
        call_id -> Uuid,
        started_at -> Timestamptz,
    }
}

diesel::table! {
    call_ledger (connection_id, conversation_id) {
        connection_id -> Uuid,
        conversation_id -> Text,
        organization_id -> Uuid,
        call_id -> Nullable<Uuid>,
        started_at -> Timestamptz,
        is_over -> Bool,
        listed_at -> Nullable<Timestamptz>,
        announced -> Text,
        detail -> Text,
        transcript -> Text,
        audio -> Text,
        summary -> Text,
        billed -> Text,
        reasons -> Jsonb,
        heal_tries -> Int4,
        heal_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
        is_gap -> Bool,
    }
}

diesel::table! {
    call_sum_changes (id) {
        id -> Int8,
        organization_id -> Uuid,
        agent_id -> Uuid,
        bucket -> Timestamptz,
        calls -> Int8,
        seconds -> Int8,
        successful -> Int8,
        unsuccessful -> Int8,
        failed -> Int8,
        cost_usd_micros -> Int8,
    }
}

diesel::table! {
    call_sums (organization_id, bucket, agent_id) {
        organization_id -> Uuid,
        agent_id -> Uuid,
        bucket -> Timestamptz,
        calls -> Int8,
        seconds -> Int8,
        successful -> Int8,
        unsuccessful -> Int8,
        failed -> Int8,
        cost_usd_micros -> Int8,
    }
}

diesel::table! {
    call_turns (organization_id, call_id, started_at, position) {
        organization_id -> Uuid,
        call_id -> Uuid,
        started_at -> Timestamptz,
        position -> Int4,
        speaker -> Text,
        message -> Nullable<Text>,
        at_seconds -> Float8,
        interrupted -> Bool,
        tools -> Jsonb,
    }
}

diesel::table! {
    calls (organization_id, started_at, id) {
        id -> Uuid,
        organization_id -> Uuid,
        connection_id -> Uuid,
        agent_id -> Uuid,
        conversation_id -> Text,
        status -> Text,
        direction -> Text,
        outcome -> Text,
        started_at -> Timestamptz,
        duration_seconds -> Int4,
        message_count -> Int4,
        counterpart -> Nullable<Text>,
        agent_number -> Nullable<Text>,
        source -> Nullable<Text>,
        language -> Nullable<Text>,
        title -> Nullable<Text>,
        summary -> Nullable<Text>,
        termination_reason -> Nullable<Text>,
        error -> Nullable<Text>,
        rating -> Nullable<Int4>,
        cost_credits -> Nullable<Int8>,
        cost_usd_micros -> Nullable<Int8>,
        cost_breakdown -> Nullable<Jsonb>,
        evaluation -> Jsonb,
        collected -> Jsonb,
        live_grade -> Text,
        detail_at -> Nullable<Timestamptz>,
        recording -> Text,
        recording_error -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    connection_checks (connection_id) {
        connection_id -> Uuid,
        organization_id -> Uuid,
        listed -> Int8,
        checked_at -> Nullable<Timestamptz>,
        walk_began_at -> Nullable<Timestamptz>,
        walk_cursor -> Nullable<Text>,
        walked_at -> Nullable<Timestamptz>,
        walk_tried_at -> Nullable<Timestamptz>,
        walk_trouble -> Nullable<Text>,
        trouble -> Nullable<Text>,
        webhook -> Text,
        webhook_checked_at -> Nullable<Timestamptz>,
        webhook_failed_at -> Nullable<Timestamptz>,
        webhook_error_code -> Nullable<Int4>,
        webhook_told -> Nullable<Text>,
    }
}

diesel::table! {
    connections (id) {
        id -> Uuid,
        organization_id -> Uuid,
        name -> Text,
        base_url -> Text,
        api_key_sealed -> Bytea,
        api_key_last4 -> Text,
        webhook_secret_sealed -> Nullable<Bytea>,
        provider_webhook_id -> Nullable<Text>,
        provider_user_id -> Text,
        workspace -> Jsonb,
        health -> Text,
        trouble -> Nullable<Text>,
        checked_at -> Nullable<Timestamptz>,
        last_webhook_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        removing_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        organization_id -> Uuid,
        kind -> Text,
        email -> Text,
        token_hash -> Bytea,
        invited_by -> Nullable<Uuid>,
        message -> Text,
        role -> Nullable<Text>,
        role_id -> Nullable<Uuid>,
        only_assigned_agents -> Bool,
        agent_ids -> Array<Uuid>,
        company -> Nullable<Text>,
        commission_basis_points -> Nullable<Int4>,
        opening_credits_minor -> Nullable<Int8>,
        currency -> Nullable<Text>,
        state -> Text,
        expires_at -> Timestamptz,
        sends -> Int4,
        sent_at -> Timestamptz,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        accepted_by -> Nullable<Uuid>,
        founded_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Int8,
        queue -> Text,
        name -> Text,
        payload -> Jsonb,
        state -> Text,
        priority -> Int2,
        attempts -> Int4,
        max_attempts -> Int4,
        unique_key -> Nullable<Text>,
        organization_id -> Nullable<Uuid>,
        run_at -> Timestamptz,
        created_at -> Timestamptz,
        locked_until -> Nullable<Timestamptz>,
        locked_by -> Nullable<Uuid>,
        last_error -> Nullable<Text>,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    live_events (organization_id, id) {
        id -> Int8,
        organization_id -> Uuid,
        payload -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    mails (id) {
        id -> Uuid,
        organization_id -> Uuid,
        recipient -> Text,
        kind -> Text,
        subject -> Text,
        content_sealed -> Nullable<Bytea>,
        state -> Text,
        attempts -> Int4,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    member_agents (organization_id, user_id, agent_id) {
        organization_id -> Uuid,
        user_id -> Uuid,
        agent_id -> Uuid,
    }
}

diesel::table! {
    memberships (organization_id, user_id) {
        organization_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        created_at -> Timestamptz,
        role_id -> Nullable<Uuid>,
        grants -> Array<Text>,
        denials -> Array<Text>,
        only_assigned_agents -> Bool,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    opening_credits (organization_id) {
        organization_id -> Uuid,
        amount_minor -> Int8,
        currency -> Text,
        invitation_id -> Nullable<Uuid>,
        granted_by -> Nullable<Uuid>,
        granted_at -> Timestamptz,
        booked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    organization_branding (organization_id) {
        organization_id -> Uuid,
        app_name -> Nullable<Text>,
        colour -> Nullable<Text>,
        sender_name -> Nullable<Text>,
        support_url -> Nullable<Text>,
        docs_url -> Nullable<Text>,
        sign_in_title -> Nullable<Text>,
        sign_in_text -> Nullable<Text>,
        hides_platform -> Bool,
        logo -> Nullable<Text>,
        logo_dark -> Nullable<Text>,
        favicon -> Nullable<Text>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    organization_closure (ancestor_id, descendant_id) {
        ancestor_id -> Uuid,
        descendant_id -> Uuid,
        depth -> Int4,
    }
}

diesel::table! {
    organization_days (organization_id, day) {
        organization_id -> Uuid,
        day -> Date,
        calls -> Int8,
        seconds -> Int8,
        successful -> Int8,
        unsuccessful -> Int8,
        failed -> Int8,
        cost_usd_micros -> Int8,
    }
}

diesel::table! {
    organization_domains (id) {
        id -> Uuid,
        organization_id -> Uuid,
        domain -> Text,
        token -> Text,
        state -> Text,
        txt_ok -> Bool,
        txt_seen -> Nullable<Array<Text>>,
        cname_ok -> Bool,
        cname_seen -> Nullable<Array<Text>>,
        reason -> Nullable<Text>,
        failures -> Int4,
        failing_since -> Nullable<Timestamptz>,
        checked_at -> Nullable<Timestamptz>,
        next_check_at -> Timestamptz,
        verified_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    organization_use (organization_id) {
        organization_id -> Uuid,
        agents -> Int8,
        members -> Int8,
        recording_bytes -> Int8,
    }
}

diesel::table! {
    organizations (id) {
        id -> Uuid,
        parent_id -> Nullable<Uuid>,
        kind -> Text,
        name -> Text,
        slug -> Text,
        timezone -> Text,
        created_at -> Timestamptz,
        status -> Text,
        status_reason -> Nullable<Text>,
        status_changed_at -> Nullable<Timestamptz>,
        contact_email -> Nullable<Text>,
        note -> Text,
        max_agents -> Nullable<Int4>,
        max_users -> Nullable<Int4>,
        max_concurrent_calls -> Nullable<Int4>,
        max_minutes_per_month -> Nullable<Int4>,
        max_storage_bytes -> Nullable<Int8>,
        features_off -> Array<Text>,
        allowed_permissions -> Nullable<Array<Text>>,
        second_factor_roles -> Array<Text>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    phone_numbers (id) {
        id -> Uuid,
        organization_id -> Uuid,
        connection_id -> Uuid,
        provider_number_id -> Text,
        number -> Text,
        label -> Text,
        provider -> Text,
        supports_inbound -> Bool,
        supports_outbound -> Bool,
        provider_agent_id -> Nullable<Text>,
        agent_id -> Nullable<Uuid>,
        assignment -> Text,
        wanted_agent_id -> Nullable<Text>,
        trouble -> Nullable<Text>,
        archived -> Bool,
        moved_to -> Nullable<Uuid>,
        moved_at -> Nullable<Timestamptz>,
        synced_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    platform_settings (organization_id) {
        organization_id -> Uuid,
        registration_open -> Bool,
        registration_commission_basis_points -> Int4,
        invitation_days -> Int4,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    poll_leases (connection_id) {
        connection_id -> Uuid,
        organization_id -> Uuid,
        holder -> Uuid,
        held_until -> Timestamptz,
        listening_since -> Timestamptz,
        last_poll_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    provider_novelties (connection_id, path, value) {
        connection_id -> Uuid,
        organization_id -> Uuid,
        path -> Text,
        value -> Text,
        seen -> Int8,
        first_seen_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        example -> Text,
    }
}

diesel::table! {
    recordings (organization_id, started_at, call_id) {
        organization_id -> Uuid,
        call_id -> Uuid,
        started_at -> Timestamptz,
        storage_key -> Text,
        bytes -> Int8,
        content_type -> Text,
        peaks -> Array<Float4>,
        stored_at -> Timestamptz,
    }
}

diesel::table! {
    recovery_codes (user_id, code_hash) {
        user_id -> Uuid,
        code_hash -> Bytea,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    roles (id) {
        id -> Uuid,
        organization_id -> Uuid,
        kind -> Text,
        name -> Text,
        description -> Text,
        permissions -> Array<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    second_factors (user_id) {
        user_id -> Uuid,
        secret_sealed -> Bytea,
        last_step -> Int8,
        created_at -> Timestamptz,
        confirmed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (key_hash) {
        key_hash -> Bytea,
        user_id -> Nullable<Uuid>,
        state -> Jsonb,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        id -> Uuid,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        last_seen_at -> Timestamptz,
    }
}

diesel::table! {
    sign_ins (id) {
        id -> Uuid,
        user_id -> Uuid,
        at -> Timestamptz,
        outcome -> Text,
        ip -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    sync_runs (connection_id) {
        connection_id -> Uuid,
        organization_id -> Uuid,
        run_id -> Uuid,
        state -> Text,
        agents_done -> Int8,
        agents_total -> Nullable<Int8>,
        calls_seen -> Int8,
        calls_done -> Int8,
        calls_failed -> Int8,
        listed_all -> Bool,
        cursor -> Nullable<Text>,
        error -> Nullable<Text>,
        started_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        password_hash -> Text,
        disabled_at -> Nullable<Timestamptz>,
        last_login_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        second_factor_at -> Nullable<Timestamptz>,
        email_verified_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_inbox (organization_id, received_at, id) {
        id -> Uuid,
        organization_id -> Uuid,
        connection_id -> Uuid,
        received_at -> Timestamptz,
        event_type -> Text,
        body -> Bytea,
        state -> Text,
        error -> Nullable<Text>,
        processed_at -> Nullable<Timestamptz>,
        sealed -> Bool,
        replay_asked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_receipts (connection_id, event_key) {
        connection_id -> Uuid,
        event_key -> Bytea,
        organization_id -> Uuid,
        inbox_id -> Uuid,
        received_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(account_links, agency_terms, agent_call_limits, agents, api_keys, audit_log, call_keys, call_ledger, call_sum_changes, call_sums, call_turns, calls, connection_checks, connections, invitations, jobs, live_events, mails, member_agents, memberships, opening_credits, organization_branding, organization_closure, organization_days, organization_domains, organization_use, organizations, phone_numbers, platform_settings, poll_leases, provider_novelties, recordings, recovery_codes, roles, second_factors, sessions, sign_ins, sync_runs, users, webhook_inbox, webhook_receipts);

-- Roles belong to the cluster, so another database's migration may have made them already, or be making them now.
DO $$
DECLARE
  v_role text;
BEGIN
  FOREACH v_role IN ARRAY ARRAY['holdfast_worker', 'holdfast_test'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
END $$;

REVOKE ALL ON SCHEMA holdfast FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA holdfast FROM PUBLIC, holdfast_worker, holdfast_test;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA holdfast FROM PUBLIC, holdfast_worker, holdfast_test;

-- The worker may call the ledger's operations and read its views, and nothing else.
GRANT USAGE ON SCHEMA holdfast TO holdfast_worker, holdfast_test;
GRANT SELECT ON holdfast.history, holdfast.live_subscriptions TO holdfast_worker;
GRANT EXECUTE ON FUNCTION holdfast.catalog_outlook, holdfast.grant_origin, holdfast.is_live, holdfast.plan_cycle_from TO holdfast_worker;
GRANT EXECUTE ON FUNCTION
  holdfast.grant_credits, holdfast.deduct_credits, holdfast.expire_grants,
  holdfast.reserve_credits, holdfast.commit_reservation, holdfast.release_reservation,
  holdfast.due_reservations, holdfast.reconciliation_scope, holdfast.extend_hold, holdfast.note_missing,
  holdfast.temporal_identity, holdfast.recorded_temporal_identity, holdfast.balance, holdfast.request,
  holdfast.effective_catalog, holdfast.catalog_version, holdfast.audit,
  holdfast.subscribe, holdfast.renew, holdfast.grant_cycles, holdfast.change_plan, holdfast.set_cancellation,
  holdfast.end_subscription_now, holdfast.expire_term, holdfast.subscription,
  holdfast.open_purchase, holdfast.settle_purchase, holdfast.close_purchase, holdfast.purchase,
  holdfast.due_cycles, holdfast.due_expiries, holdfast.ended_grants, holdfast.unfinished_purchases,
  holdfast.unwatched_subscriptions, holdfast.watch_subscription, holdfast.watch_purchase,
  holdfast.resume_request, holdfast.waiting_queue, holdfast.waiting_place, holdfast.outbox_delivered, holdfast.attend_account,
  holdfast.unattended_accounts, holdfast.stop_admissions, holdfast.admit_again, holdfast.account_settings,
  holdfast.set_limits, holdfast.set_low_balance, holdfast.set_top_up, holdfast.begin_top_up,
  holdfast.next_notice, holdfast.settle_notice, holdfast.account_notices,
  holdfast.account_stamps, holdfast.open_requests
TO holdfast_worker;
GRANT EXECUTE ON FUNCTION
  holdfast.stuck, holdfast.release_by_hand, holdfast.close_purchase_by_hand, holdfast.end_subscription_by_hand, holdfast.dismiss_notice
TO holdfast_worker;

-- The test clock is the one thing that a production worker must never reach.
GRANT SELECT, INSERT, UPDATE, DELETE ON holdfast.test_clock TO holdfast_test;

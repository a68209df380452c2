using System.Reflection;
using Governance.Audit.Tests.Erasures;
using Governance.Audit.Tests.Evidence;
using Governance.Audit.Tests.Ledger;

namespace Governance.Audit.Tests.Sealing;

/// <summary>Which attack on the record is tried by which test.</summary>
public sealed class AttackMatrixTests
{
    private const string Rows = nameof(AttackTests.An_attack_on_the_database_is_found_and_located);

    public static TheoryData<string, string, string[]> Matrix => new()
    {
        { "T1", "the content of a fact is changed", [Rows] },
        { "T2", "actor, time or cause of a fact is changed", [Rows] },
        { "T3", "a fact is deleted", [Rows] },
        { "T4", "a fact is deleted and everything after it renumbered or hashed again", [Rows, nameof(AttackTests.T4_A_history_rewritten_with_all_hashes_recomputed_lacks_the_signature)] },
        { "T5", "facts or leaves change places", [Rows] },
        { "T6", "a fact is inserted without a leaf, or with one of its own making", [Rows] },
        { "T7", "a fact is slipped in and sealed by the real sealer", [nameof(CompletenessTests.A_fact_its_origin_knows_nothing_of_is_one_too_many)] },
        { "T8", "the end is cut off and an older backup restored", [Rows, nameof(AttackTests.T8_A_shortened_ledger_gets_no_further_signature), nameof(WitnessTests.T8_A_log_that_shrank_is_refused_also_by_a_witness_that_was_started_anew)] },
        { "T9", "history is run again by whoever owns the signer as well", [nameof(AttackTests.T9_A_rewritten_history_gets_no_further_signature), nameof(WitnessTests.T9_A_history_run_again_is_refused), nameof(WitnessedLedgerTests.T9_Whoever_owns_key_folder_and_database_gets_no_witness_for_another_history)] },
        { "T10", "an auditor is shown another tree", [nameof(AttackTests.T10_An_auditor_who_was_shown_another_tree_finds_out_from_the_checkpoint_he_kept), nameof(WitnessTests.T10_Two_trees_of_one_size_are_not_both_signed)] },
        { "T11", "a checkpoint is forged with the stolen key", [nameof(AttackTests.T11_With_the_key_and_the_database_stolen_an_anchor_still_tells), nameof(WitnessedLedgerTests.Evidence_leaves_with_the_witness_s_signature_and_both_verifiers_can_insist_on_it)] },
        { "T12", "the salt of an inconvenient value is deleted", [Rows] },
        { "T13", "an erasure is forged, or approved by one person", [nameof(FakeErasureTests.A_deleted_value_or_salt_without_an_erasure_and_a_forged_erasure_are_found), nameof(FakeErasureTests.An_erasure_by_one_person_alone_is_refused_by_both_verifiers)] },
        { "T14", "a decision is moved to another case", [Rows] },
        { "T15", "a fact is dropped before it is sealed", [nameof(CompletenessTests.A_fact_that_never_arrived_is_missed_by_name), nameof(SealTests.Whoever_waits_for_a_fact_gets_its_seal_once_it_is_signed_for)] },
        { "T16", "triggers are switched off", [nameof(AttackTests.T16_Without_its_trigger_what_is_recorded_is_sealed_all_the_same)] },
        { "T17", "a fact is given another contract", [Rows] },
        { "T18", "a read model is changed, and no event", [nameof(ReadModelTests.T18_A_hold_that_was_lifted_in_the_database_alone_is_named), nameof(ReadModelTests.T18_What_differs_at_a_service_is_named_page_by_page)] },
        { "T19", "a message is changed on the broker, or made there", [nameof(ForgedMessageTests.T19_A_message_changed_on_its_way_is_set_aside_and_the_real_one_still_recorded), nameof(ForgedMessageTests.T19_A_message_of_the_attacker_s_own_making_is_set_aside), nameof(CompletenessTests.A_fact_that_never_arrived_is_missed_by_name)] },
        { "T20", "a stream is archived at its origin", [nameof(CompletenessTests.A_fact_its_origin_knows_nothing_of_is_one_too_many)] },
        { "T21", "an inner node passes for a leaf", [Rows, nameof(MerkleTests.An_inner_node_never_passes_for_a_leaf)] },
        { "T22", "a clock is set back", [nameof(ClockTests.T22_A_decision_dated_back_by_the_clock_of_its_service_differs_from_that_of_the_database), nameof(ClockTests.T22_A_fact_recorded_before_the_one_it_follows_is_named), nameof(ClockTests.T22_A_fact_recorded_before_its_cause_is_named_even_where_the_cause_arrives_later), nameof(ClockTests.T22_A_fact_recorded_after_it_was_received_is_named), nameof(ClockTests.T22_Audit_s_own_clock_set_back_is_named)] },
        { "T23", "checkpoints are deleted or changed", [Rows, nameof(AttackTests.T11_With_the_key_and_the_database_stolen_an_anchor_still_tells)] },
        { "T24", "the verifier is replaced", [nameof(EvidenceTests.A_corrupted_package_is_refused_for_the_right_reason_by_both_verifiers)] },
    };

    [Fact]
    public void Every_attack_is_tried() =>
        Matrix.Select(row => row.Data.Item1).Order(StringComparer.Ordinal)
            .ShouldBe(Enumerable.Range(1, 24).Select(number => $"T{number}").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Its_tests_are_there(string attack, string what, string[] tests)
    {
        var all = typeof(AttackMatrixTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)).ToLookup(method => method.Name);

        tests.ShouldNotBeEmpty(what);
        tests.ShouldAllBe(test => all[test].Any(method => method.IsDefined(typeof(FactAttribute), inherit: true)));

        if (tests.Contains(Rows))
        {
            AttackTests.Attacks.ShouldContain(row => row.Data.Item1.StartsWith($"{attack} ", StringComparison.Ordinal), what);
        }
    }
}

namespace Governance.Compliance.Reviews;

/// <summary>
/// The queues as narrow tables, so that a page and its counts need not open a hundred thousand reviews. A trigger copies what
/// <see cref="Review.Waiting"/> and <see cref="Review.NextDeadline"/> say in the transaction that stores the review.
/// </summary>
internal static class QueueTable
{
    /// <summary>One row for each requirement that waits and each queue that may answer it. Claims map the subject to the end of the lease.</summary>
    public const string Schema = """
        create table if not exists review_task(
            review_id uuid not null,
            requirement text not null,
            queue text not null,
            business_unit text not null,
            tier text not null,
            priority smallint not null,
            escalated boolean not null,
            due_at timestamptz not null,
            opened_at timestamptz not null,
            quorum smallint not null,
            given smallint not null,
            claims jsonb,
            primary key (review_id, requirement, queue));
        create index if not exists review_task_order on review_task(queue, priority desc, due_at, review_id) include (business_unit);
        create index if not exists review_task_all on review_task(priority desc, due_at, review_id) include (business_unit);
        create index if not exists review_task_claims on review_task using gin(claims) where claims is not null;

        create table if not exists review_deadline(
            review_id uuid primary key,
            at timestamptz not null);
        create index if not exists review_deadline_at on review_deadline(at);

        create or replace function queue_review() returns trigger language plpgsql as $$
        begin
            delete from review_task where review_id = new.id;
            insert into review_task
                select new.id, t ->> 'id', q, new.data -> 'facts' ->> 'businessUnit', new.data ->> 'tier',
                    case when (t ->> 'isEscalated')::boolean then 3
                        else array_position(array['normal', 'high', 'urgent'], new.data ->> 'priority') - 1 end,
                    (t ->> 'isEscalated')::boolean, (t -> 'required' ->> 'dueAt')::timestamptz, (new.data ->> 'openedAt')::timestamptz,
                    (t -> 'required' ->> 'quorum')::smallint,
                    (select count(*) from jsonb_array_elements(new.data -> 'signOffs') s where s ->> 'requirementId' = t ->> 'id'),
                    (select jsonb_object_agg(c ->> 'by', c ->> 'until') from jsonb_array_elements(t -> 'claims') c)
                from jsonb_array_elements(new.data -> 'waiting') t, jsonb_array_elements_text(t -> 'called') q;

            if new.data ->> 'nextDeadline' is null then
                delete from review_deadline where review_id = new.id;
            else
                insert into review_deadline values (new.id, (new.data ->> 'nextDeadline')::timestamptz)
                    on conflict (review_id) do update set at = excluded.at;
            end if;

            return null;
        end $$;

        create or replace trigger queue_review after insert or update on mt_doc_review
            for each row execute function queue_review();

        create index if not exists review_number on mt_doc_review((data ->> 'number'));
        create index if not exists review_state on mt_doc_review((data ->> 'state'));
        create index if not exists review_facts on mt_doc_review((data -> 'approval' ->> 'factsHash')) where data -> 'approval' is not null;
        """;

    /// <summary>How many people hold a claim at the moment of the parameter: they and those who have signed off take the requirement's places.</summary>
    public const string HeldAtP1 = "(select count(*) from jsonb_each_text(coalesce(claims, '{}')) c where c.value::timestamptz > $1)";
}

namespace Governance.Compliance.Enforcement;

/// <summary>
/// What enforcement needs of each review, and nothing else, in a row found by one key. A trigger copies it in the transaction that stores
/// the review, so that no answer is behind what an earlier request was told; its version counts the changes.
/// </summary>
internal static class PermissionTable
{
    public const string Schema = """
        create table if not exists permission(
            use_case_id uuid primary key,
            number text not null,
            version bigint not null,
            business_unit text not null,
            state text not null,
            approval text,
            conditions text[] not null);
        create index if not exists permission_number on permission(number);

        create or replace function permission_of(review uuid, data jsonb) returns setof permission stable language sql as $$
            select review, data ->> 'number', 1, data -> 'facts' ->> 'businessUnit', data ->> 'state', data ->> 'approval',
                array(select c -> 'terms' ->> 'text' from jsonb_array_elements(data -> 'conditions') c)
            where data -> 'facts' ->> 'businessUnit' is not null
        $$;

        create or replace function keep_permission() returns trigger language plpgsql as $$
        begin
            insert into permission as known select * from permission_of(new.id, new.data)
                on conflict (use_case_id) do update set version = known.version + 1, number = excluded.number,
                    business_unit = excluded.business_unit, state = excluded.state, approval = excluded.approval, conditions = excluded.conditions
                where (known.number, known.business_unit, known.state, known.approval, known.conditions)
                    is distinct from (excluded.number, excluded.business_unit, excluded.state, excluded.approval, excluded.conditions);

            return null;
        end $$;

        create or replace trigger keep_permission after insert or update on mt_doc_review
            for each row execute function keep_permission();

        insert into permission select p.* from mt_doc_review r, permission_of(r.id, r.data) p where not exists (select from permission);
        """;
}

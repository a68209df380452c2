using Governance.Portal.Services;

namespace Governance.Portal.Editions;

/// <summary>What the pages of versions ask the services that keep them.</summary>
internal static class EditionCalls
{
    private const int Most = 200;

    extension(Api api)
    {
        /// <summary>Every version without its content; there are few, so that a second page is rare.</summary>
        public async Task<Answer<IReadOnlyList<EditionView>>> Editions(EditionKind kind)
        {
            List<EditionView> all = [];

            for (var page = 1; ; page++)
            {
                var answer = await api.Get<Paged<EditionView>>(kind.Service, $"{kind.Path}?pageSize={Most}&page={page}");

                if (answer.Value is not { } found)
                {
                    return new(answer.Problem!);
                }

                all.AddRange(found.Items);

                if (found.Items.Count < Most)
                {
                    return new(all);
                }
            }
        }

        public ValueTask<Answer<EditionView>> Edition(EditionKind kind, string version) => api.Get<EditionView>(kind.Service, kind.PathOf(version));
    }
}

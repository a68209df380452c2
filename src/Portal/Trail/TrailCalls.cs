using Governance.Portal.Services;

namespace Governance.Portal.Trail;

internal static class TrailCalls
{
    extension(Api api)
    {
        /// <summary>A page with the latest fact first, of a list that the service tells with the oldest first.</summary>
        public async Task<(IReadOnlyList<FactView>? Facts, long Total, Problem? Problem)> Latest(string path, int size, int page)
        {
            var list = path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?");
            var counted = await api.Get<Paged<FactView>>("audit", $"{list}pageSize=1");

            if (counted.Value is not { Total: var total })
            {
                return (null, 0, counted.Problem);
            }

            var end = Math.Max(0, total - ((long)(page - 1) * size));
            var start = Math.Max(0, end - size);
            var (first, facts) = (start / size, new List<FactView>());

            for (var asked = first; asked * size < end; asked++)
            {
                var answer = await api.Get<Paged<FactView>>("audit", $"{list}pageSize={size}&page={asked + 1}");

                if (answer.Value is not { } found)
                {
                    return (null, total, answer.Problem);
                }

                facts.AddRange(found.Items);
            }

            return ([.. facts.Skip((int)(start - (first * size))).Take((int)(end - start)).Reverse()], total, null);
        }
    }
}

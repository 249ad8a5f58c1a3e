package io.tapedeck.recorder;

import io.tapedeck.http.ForwardedHeaders;
import io.tapedeck.http.ProblemException;
import io.tapedeck.http.Problems;
import io.tapedeck.recorder.Admission.Ticket;
import io.tapedeck.recorder.BodyReader.ClientGone;
import io.tapedeck.recorder.dialect.Inquiry;
import io.tapedeck.recorder.dialect.RequestHead;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;

/** Answers what one kind of client asks beside recording, within the bounds of an upload. Thread-safe. */
final class InquiryHandler implements Handler<RoutingContext> {
    private final Vertx vertx;
    private final Inquiry inquiry;
    private final Authoriser authoriser;
    private final Admission admission;
    private final BodyIntake intake;
    private final ForwardedHeaders forwarded;

    InquiryHandler(
            Vertx vertx,
            Inquiry inquiry,
            Authoriser authoriser,
            Admission admission,
            BodyIntake intake,
            ForwardedHeaders forwarded) {
        this.vertx = vertx;
        this.inquiry = inquiry;
        this.authoriser = authoriser;
        this.admission = admission;
        this.intake = intake;
        this.forwarded = forwarded;
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        RequestHead head = new RequestHead(ctx.pathParams(), ctx.queryParams(), request.headers());
        if (!inquiry.isAskedBy(head)) {
            ctx.next();
            return;
        }
        request.pause();
        Ticket ticket;
        try {
            ticket = admission.enter();
        } catch (ProblemException e) {
            refuse(ctx, e);
            return;
        }
        body(request, ticket)
                .map(body -> inquiry.identify(head, body))
                .compose(key -> key == null ? Future.succeededFuture() : authoriser.find(key, request))
                .onComplete(done -> ticket.close())
                .onSuccess(project -> {
                    // A request of HTTP/2 that has ended refuses to go on.
                    if (!request.isEnded()) {
                        request.resume();
                    }
                    if (!ctx.response().closed()) {
                        inquiry.answer(ctx, head, project, forwarded.base(request));
                    }
                })
                .onFailure(error -> refuse(ctx, error));
    }

    private Future<ByteBuffer> body(HttpServerRequest request, Ticket ticket) {
        return HttpMethod.POST.equals(request.method())
                ? intake.receive(request, ticket)
                : Future.succeededFuture(ByteBuffer.wrap(new byte[0]));
    }

    private void refuse(RoutingContext ctx, Throwable error) {
        if (!(error instanceof ClientGone)) {
            Problems.answer(ctx, Problems.report(ctx, error));
            BodyReader.drain(vertx, ctx.request());
        }
    }
}
